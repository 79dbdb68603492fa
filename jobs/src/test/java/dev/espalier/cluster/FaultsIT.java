package dev.espalier.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.SearchBackend;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchResult;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.EvaluationProgress;
import dev.espalier.spark.SubnetEvaluation;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clusters do to searches and evaluations: the result is the one without the fault, or a clear
 * failure that keeps what was finished; nothing half written is left behind.
 */
class FaultsIT {
  private static final org.apache.hadoop.fs.Path LOCAL_CACHE =
      new org.apache.hadoop.fs.Path("measurements");
  private static final int IMAGES = 200;

  @TempDir private static Path folder;

  private static StandaloneCluster cluster;
  private static Hdfs hdfs;
  private static StandaloneCluster.Application application;
  private static SparkSession session;
  private static String undisturbed;
  private static Supernet supernet;
  private static EvaluationImages images;
  private static List<Architecture> architectures;
  private static List<AccuracyMeasurement> measured;

  private final List<EvaluationProgress> progress = new ArrayList<>();

  @BeforeAll
  static void start() {
    ClusterSearch.writeInputs(folder.resolve("inputs"));
    cluster = StandaloneCluster.shared();
    hdfs = Hdfs.shared();
    hdfs.copy(folder.resolve("inputs"), hdfs.path("/faults"));
    application =
        cluster.application(
            Map.of(
                "spark.speculation", "true",
                "spark.speculation.interval", "100ms",
                "spark.speculation.multiplier", "2",
                "spark.speculation.quantile", "0.5",
                "spark.speculation.minTaskRuntime", "2s"));
    session = application.session();
    application.awaitExecutors(StandaloneCluster.WORKERS);
    undisturbed = search("undisturbed").digest();

    Storage storage = storage();
    SupernetFolder opened =
        ClusterSearch.supernets(storage, hdfs.path("/faults")).open(ClusterSearch.SUPERNET);
    supernet = opened.supernet();
    images = EvaluationImages.of(opened, supernet.dataset(), ImageSplit.VALIDATION, IMAGES);
    architectures = sample(supernet.space(), 8);
    measured = evaluation(hdfs.path("/faults/undisturbed")).measure(architectures, 8, p -> {});
  }

  private static List<Architecture> sample(SearchSpace space, int count) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
    TreeSet<Architecture> distinct = new TreeSet<>();
    while (distinct.size() < count) {
      distinct.add(space.sample(random));
    }
    return List.copyOf(distinct);
  }

  @AfterAll
  static void stop() {
    application.close();
  }

  @AfterEach
  void nothingHalfWrittenIsLeft() throws IOException {
    application.awaitExecutors(StandaloneCluster.WORKERS);
    // What a task that lost against its copy removes itself comes a little later.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!halfWritten().isEmpty() && System.nanoTime() < end) {
      StandaloneCluster.pause(100);
    }
    assertThat(halfWritten()).isEmpty();
  }

  private static List<String> halfWritten() throws IOException {
    List<String> found = new ArrayList<>();
    collect(hdfs.fileSystem(), hdfs.path("/faults"), found);
    Storage storage = storage();
    org.apache.hadoop.fs.Path local = new org.apache.hadoop.fs.Path(folder.toUri());
    collect(storage.fileSystem(local), local, found);
    return found;
  }

  private static void collect(
      FileSystem fileSystem, org.apache.hadoop.fs.Path path, List<String> found)
      throws IOException {
    for (FileStatus status : fileSystem.listStatus(path)) {
      String name = status.getPath().getName();
      if (name.startsWith(".") || name.startsWith("_")) {
        found.add(status.getPath().toString());
      } else if (status.isDirectory()) {
        collect(fileSystem, status.getPath(), found);
      }
    }
  }

  private static Storage storage() {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }

  private static SearchResult search(String name) {
    return search(name, ClusterSearch.backend(session), ClusterSearch.SCORING);
  }

  private static SearchResult search(String name, SearchBackend backend, SearchRequest request) {
    return ClusterSearch.run(
        session, backend, request, hdfs.path("/faults"), hdfs.path("/faults/runs/" + name));
  }

  private static SearchResult islands(String name) {
    return search(name, ClusterSearch.backend(session), ClusterSearch.ISLANDS);
  }

  private static SubnetEvaluation evaluation(org.apache.hadoop.fs.Path cache) {
    return new SubnetEvaluation(session, supernet, images, cache);
  }

  private static org.apache.hadoop.fs.Path local(String cache) {
    return new org.apache.hadoop.fs.Path(
        new org.apache.hadoop.fs.Path(folder.toUri()), LOCAL_CACHE.getName() + "-" + cache);
  }

  private List<AccuracyMeasurement> measure(org.apache.hadoop.fs.Path cache) {
    progress.clear();
    return evaluation(cache).measure(architectures, architectures.size(), progress::add);
  }

  private int cached() {
    return progress.get(progress.size() - 1).cached();
  }

  /** Some work, and whether it went as undisturbed. */
  @FunctionalInterface
  private interface Work {
    void go();
  }

  private static void under(Faults faults, Work work) {
    session.sparkContext().addSparkListener(faults);
    try {
      work.go();
    } finally {
      session.sparkContext().removeSparkListener(faults);
    }
  }

  /** Stops an executor, so that the first task it gets cannot end before it is killed. */
  private static ProcessHandle stopped(String executor) {
    ProcessHandle process = cluster.executors().get(executor);
    Faults.signal("STOP", process);
    return process;
  }

  private static String anyExecutor() {
    return cluster.executors().keySet().iterator().next();
  }

  @Test
  void anExecutorThatIsKilledWhileItScoresChangesNothing() {
    cluster.executors().keySet().forEach(FaultsIT::stopped);
    Faults faults =
        new Faults(
            "SparkCandidateScorer",
            executor -> {
              Map<String, ProcessHandle> running = cluster.executors();
              Faults.signal("KILL", running.remove(executor));
              running.values().forEach(other -> Faults.signal("CONT", other));
            });

    under(faults, () -> assertThat(search("killed-scoring").digest()).isEqualTo(undisturbed));

    assertThat(faults.failures()).anyMatch(reason -> reason.contains("ExecutorLostFailure"));
  }

  @Test
  void anExecutorThatIsKilledWhileItSamplesAnIslandChangesNothing() {
    Faults faults = new Faults("SparkSearchBackend", Faults.killingOn(cluster));
    String digest = islands("islands").digest();
    application.awaitExecutors(StandaloneCluster.WORKERS);

    under(faults, () -> assertThat(islands("killed-sampling").digest()).isEqualTo(digest));

    assertThat(faults.failures()).anyMatch(reason -> reason.contains("ExecutorLostFailure"));
  }

  @Test
  void anExecutorThatIsKilledWhileItWritesFormatsChangesNothing() {
    Faults faults = new Faults("ResultStream", Faults.killingOn(cluster));

    under(faults, () -> assertThat(search("killed-formats").digest()).isEqualTo(undisturbed));

    assertThat(faults.failures()).anyMatch(reason -> reason.contains("ExecutorLostFailure"));
  }

  @Test
  void anExecutorThatIsKilledWhileItEmitsChangesNothing() {
    Faults faults = new Faults("SparkSearchBackend", Faults.killingOn(cluster));

    under(faults, () -> assertThat(search("killed-emitting").digest()).isEqualTo(undisturbed));

    assertThat(faults.failures()).anyMatch(reason -> reason.contains("ExecutorLostFailure"));
  }

  @Test
  void anExecutorThatIsKilledWhileItEvaluatesChangesNothing() {
    Faults faults = new Faults("SubnetEvaluation", Faults.killingOn(cluster));

    under(faults, () -> assertThat(measure(hdfs.path("/faults/killed"))).isEqualTo(measured));

    assertThat(faults.failures()).anyMatch(reason -> reason.contains("ExecutorLostFailure"));
  }

  @Test
  void aDataNodeThatStopsChangesNothing() {
    Faults faults = new Faults("SparkCandidateScorer", executor -> hdfs.stopDataNode());
    try {
      under(faults, () -> assertThat(search("one-data-node").digest()).isEqualTo(undisturbed));
      assertThat(faults.struck()).isTrue();
      assertThat(measure(hdfs.path("/faults/one-data-node"))).isEqualTo(measured);
    } finally {
      hdfs.restartDataNode();
    }
  }

  @Test
  void whatAnExecutorWithAFullDiskCannotStoreIsDoneByAnother() {
    String full = anyExecutor();
    ProcessHandle process = cluster.executors().get(full);
    Faults.fillDisk(process);
    Faults faults = new Faults("SubnetEvaluation", executor -> {});

    try {
      under(faults, () -> assertThat(measure(local("one-full"))).isEqualTo(measured));
    } finally {
      StandaloneCluster.end(List.of(process));
    }

    assertThat(faults.failures())
        .isNotEmpty()
        .allMatch(reason -> reason.startsWith(full + ": "))
        .anyMatch(reason -> reason.contains("cannot be written"));
  }

  @Test
  void whereNoExecutorCanStoreAnythingItSaysSoAndWhatWasMeasuredIsKept() throws IOException {
    org.apache.hadoop.fs.Path cache = hdfs.path("/faults/all-full");
    List<Architecture> half = architectures.subList(0, architectures.size() / 2);
    evaluation(cache).measure(half, half.size(), p -> {});
    DistributedFileSystem full = (DistributedFileSystem) hdfs.fileSystem();
    full.setQuota(cache, HdfsConstants.QUOTA_DONT_SET, 1);

    assertThatThrownBy(() -> measure(cache))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("what was measured before is kept");

    full.setQuota(cache, HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
    assertThat(measure(cache)).isEqualTo(measured);
    assertThat(progress.get(0).cached()).isEqualTo(half.size());
  }

  @Test
  void aStragglerIsOvertakenByACopyOfItsTask() {
    ProcessHandle straggler = stopped(anyExecutor());
    Faults faults = new Faults("SubnetEvaluation", executor -> {});

    try {
      under(faults, () -> assertThat(measure(hdfs.path("/faults/slow"))).isEqualTo(measured));
    } finally {
      Faults.signal("CONT", straggler);
    }

    assertThat(faults.speculativeTasks()).isPositive();
    assertThat(measure(hdfs.path("/faults/slow"))).isEqualTo(measured);
    assertThat(cached()).isEqualTo(architectures.size());
  }

  @Test
  void aCorruptCachedEvaluationIsFoundAndMeasuredAgain() throws IOException {
    org.apache.hadoop.fs.Path cache = hdfs.path("/faults/corrupt");
    measure(cache);
    Storage storage = storage();
    List<org.apache.hadoop.fs.Path> files =
        storage.list(cache).stream()
            .map(name -> new org.apache.hadoop.fs.Path(cache, name))
            .toList();
    assertThat(files).hasSize(architectures.size());
    storage.replace(files.get(0), new byte[0]);
    String altered = new String(storage.read(files.get(1)), UTF_8);
    storage.replace(
        files.get(1), altered.replaceFirst("\"correct\":\\d+", "\"correct\":1").getBytes(UTF_8));

    assertThat(measure(cache)).isEqualTo(measured);
    assertThat(cached()).isEqualTo(architectures.size() - 2);
    // What was damaged is whole again.
    assertThat(measure(cache)).isEqualTo(measured);
    assertThat(cached()).isEqualTo(architectures.size());
  }

  /** Runs another search when the first table is written, and so all checks are done. */
  @Test
  void ofTwoRunsThatPublishToTheSamePlaceOneWinsAndTheOtherSaysSo() {
    SearchBackend backend = ClusterSearch.backend(session);
    List<SearchResult> winner = new ArrayList<>();
    SearchBackend overtaken =
        (SearchBackend)
            Proxy.newProxyInstance(
                SearchBackend.class.getClassLoader(),
                new Class<?>[] {SearchBackend.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("write") && winner.isEmpty()) {
                    winner.add(search("contested"));
                  }
                  return method.invoke(backend, arguments);
                });

    assertThatThrownBy(() -> search("contested", overtaken, ClusterSearch.SCORING))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("runs/contested was published by another writer meanwhile")
        .hasMessageContaining("choose another folder");

    assertThat(winner.get(0).digest()).isEqualTo(undisturbed);
    assertThat(storage().list(hdfs.path("/faults/runs/contested")))
        .isEqualTo(storage().list(hdfs.path("/faults/runs/undisturbed")));
  }
}
