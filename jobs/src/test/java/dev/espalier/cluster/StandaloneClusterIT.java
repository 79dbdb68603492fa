package dev.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Storage;
import dev.espalier.run.SearchResult;
import dev.espalier.spark.EspalierSpark;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search on a standalone cluster, with supernet, profiles and runs in HDFS. */
class StandaloneClusterIT {
  @TempDir private static Path folder;

  /** Which executors ended tasks. */
  private static final class Workers extends SparkListener {
    private final Set<String> executors = ConcurrentHashMap.newKeySet();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      executors.add(end.taskInfo().executorId());
    }
  }

  private static SortedMap<String, String> digests(Storage storage, org.apache.hadoop.fs.Path run) {
    SortedMap<String, String> digests = new TreeMap<>();
    for (String name : storage.list(run)) {
      if (!name.equals("timings.json") && !name.equals("report.html")) {
        digests.put(name, Digest.of(storage, new org.apache.hadoop.fs.Path(run, name)));
      }
    }
    return digests;
  }

  @Test
  void aSearchOnTwoWorkersAndHdfsGivesTheBytesOfALocalOne() {
    org.apache.hadoop.fs.Path local = new org.apache.hadoop.fs.Path(folder.toUri());
    ClusterSearch.writeInputs(folder.resolve("inputs"));
    StandaloneCluster cluster = StandaloneCluster.shared();
    Hdfs hdfs = Hdfs.shared();
    hdfs.copy(folder.resolve("inputs"), hdfs.path("/standalone"));
    org.apache.hadoop.fs.Path output = hdfs.path("/standalone/runs/one");
    Workers workers = new Workers();

    SearchResult distributed;
    SortedMap<String, String> files;
    try (StandaloneCluster.Application application = cluster.application(Map.of())) {
      SparkSession session = application.session();
      session.sparkContext().addSparkListener(workers);
      distributed = ClusterSearch.run(session, hdfs.path("/standalone"), output);
      files = digests(new Storage(session.sparkContext().hadoopConfiguration()), output);
    }
    System.setProperty("spark.master", "local[2]");
    SparkSession session = EspalierSpark.session("local");
    SearchResult alone =
        ClusterSearch.run(
            session,
            new org.apache.hadoop.fs.Path(local, "inputs"),
            new org.apache.hadoop.fs.Path(local, "run"));

    assertThat(distributed.digest()).isEqualTo(alone.digest());
    assertThat(files)
        .isEqualTo(
            digests(
                new Storage(session.sparkContext().hadoopConfiguration()),
                new org.apache.hadoop.fs.Path(local, "run")))
        .hasSizeGreaterThan(8);
    session.stop();
    assertThat(new TreeSet<>(workers.executors))
        .as("executors that worked")
        .hasSize(StandaloneCluster.WORKERS)
        .doesNotContain("driver");
  }
}
