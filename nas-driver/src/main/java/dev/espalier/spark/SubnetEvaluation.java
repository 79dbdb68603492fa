package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.MeasurementConditions;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.SubnetEmission;
import dev.espalier.space.Architecture;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.BoxedUnit;

/**
 * Measures the accuracy of many subnets on Spark's executors.
 *
 * <p>The supernet and the images are broadcast; a task carries a few architecture codes, and for
 * each re-calibrates batch norms, emits ONNX and counts correct images in ONNX Runtime, on one
 * thread. What a task has measured is in the cache when the task ends, so a run that was killed
 * goes on where it stopped. Counts depend on supernet, architecture and data alone, not on
 * partitions or executors; they may differ between processor types, as float32 sums do.
 */
public final class SubnetEvaluation {
  private static final Logger LOG = LoggerFactory.getLogger(SubnetEvaluation.class);

  /** Few, so that little is lost when a run is killed. */
  private static final int ARCHITECTURES_PER_TASK = 4;

  private final JavaSparkContext spark;
  private final Supernet supernet;
  private final EvaluationImages data;
  private final MeasurementConditions conditions;
  private final MeasurementCache cache;

  /**
   * Prepares measuring; nothing runs yet.
   *
   * @param cache a folder that all executors can write, shared by any number of runs
   */
  public SubnetEvaluation(
      SparkSession session, Supernet supernet, EvaluationImages data, Path cache) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.supernet = supernet;
    this.data = data;
    this.conditions =
        new MeasurementConditions(supernet.digest(), data.digest(), data.calibration().count());
    this.cache =
        new MeasurementCache(
            new Storage(spark.hadoopConfiguration()), cache, conditions, data.evaluation().count());
  }

  /** What the measurements depend on beside the architecture. */
  public MeasurementConditions conditions() {
    return conditions;
  }

  /**
   * Measures in tasks of four architectures.
   *
   * @return one measurement for each distinct architecture, by ascending code
   */
  public List<AccuracyMeasurement> measure(
      Collection<Architecture> architectures, EvaluationListener listener) {
    return measure(
        architectures,
        Math.max(1, (architectures.size() + ARCHITECTURES_PER_TASK - 1) / ARCHITECTURES_PER_TASK),
        listener);
  }

  /**
   * Measures what is not in the cache.
   *
   * @param partitions most tasks to cut the work into, at least 1; has no effect on results
   * @return one measurement for each distinct architecture, by ascending code
   * @throws IllegalArgumentException if an architecture is not of the supernet's space
   * @throws ArtefactException if the cache cannot be read, or if no executor can write it; what was
   *     measured before is in it
   */
  public List<AccuracyMeasurement> measure(
      Collection<Architecture> architectures, int partitions, EvaluationListener listener) {
    if (partitions < 1) {
      throw new IllegalArgumentException("measuring in " + partitions + " partitions: at least 1");
    }
    TreeSet<Architecture> wanted = new TreeSet<>(architectures);
    wanted.forEach(this::requireOfSpace);
    Map<Architecture, AccuracyMeasurement> known = cache.read();
    List<AccuracyMeasurement> results = new ArrayList<>();
    List<byte[]> missing = new ArrayList<>();
    for (Architecture architecture : wanted) {
      AccuracyMeasurement measurement = known.get(architecture);
      if (measurement == null) {
        missing.add(architecture.toBytes());
      } else {
        results.add(measurement);
      }
    }
    LOG.info(
        "{} subnets to measure on {} images: {} in {}, {} to go",
        wanted.size(),
        data.evaluation().count(),
        results.size(),
        cache.folder(),
        missing.size());
    Progress progress = new Progress(wanted.size(), results.size(), listener);
    if (!missing.isEmpty()) {
      run(missing, Math.min(partitions, missing.size()), results, progress);
    }
    results.sort(Comparator.comparing(AccuracyMeasurement::architecture));
    return List.copyOf(results);
  }

  private void requireOfSpace(Architecture architecture) {
    if (!supernet.space().architecture(architecture.toBytes()).equals(architecture)) {
      throw new IllegalArgumentException(
          "architecture %s is not a canonical code of the supernet's space"
              .formatted(architecture));
    }
  }

  private void run(
      List<byte[]> codes, int partitions, List<AccuracyMeasurement> results, Progress progress) {
    Broadcast<EvaluationInputs> inputs = spark.broadcast(new EvaluationInputs(supernet, data));
    String run = UUID.randomUUID().toString();
    try {
      Function1<Iterator<byte[]>, AccuracyMeasurement[]> task =
          (Function1<Iterator<byte[]>, AccuracyMeasurement[]> & Serializable)
              new Task(
                      inputs,
                      conditions,
                      cache.folder().toString(),
                      run,
                      new SerializableConfiguration(spark.hadoopConfiguration()))
                  ::measured;
      Function2<Object, AccuracyMeasurement[], BoxedUnit> finished =
          (partition, measured) -> {
            results.addAll(List.of(measured));
            progress.add(measured.length);
            return BoxedUnit.UNIT;
          };
      spark
          .sc()
          .runJob(
              spark.parallelize(codes, partitions).rdd(),
              task,
              finished,
              ClassTag.<AccuracyMeasurement[]>apply(AccuracyMeasurement[].class));
    } catch (Exception e) {
      throw failure(e);
    } finally {
      inputs.destroy();
      cache.sweep(run);
    }
  }

  /** What a task failed of, where it says that itself; Spark wraps it in its own words. */
  private static RuntimeException failure(Exception e) {
    return artefactProblem(e)
        .<RuntimeException>map(
            problem ->
                new ArtefactException(
                    problem + "; what was measured before is kept, and not measured again", e))
        .orElseGet(
            () ->
                e instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException("measuring subnets failed: " + e.getMessage(), e));
  }

  private static Optional<String> artefactProblem(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ArtefactException) {
        return Optional.of(cause.getMessage());
      }
    }
    // Where no executor is left to try, Spark only quotes the last failure.
    String quoted = ArtefactException.class.getName() + ": ";
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> line.contains(quoted))
        .map(line -> line.substring(line.indexOf(quoted) + quoted.length()))
        .findFirst();
  }

  /**
   * What runs on an executor.
   *
   * @param folder of the cache
   * @param run names what is half written
   */
  private record Task(
      Broadcast<EvaluationInputs> inputs,
      MeasurementConditions conditions,
      String folder,
      String run,
      SerializableConfiguration hadoop)
      implements Serializable {

    AccuracyMeasurement[] measured(Iterator<byte[]> codes) {
      List<AccuracyMeasurement> measurements = new ArrayList<>();
      int images = inputs.value().data().evaluation().count();
      try (SubnetEmission subnets = inputs.value().emission()) {
        while (codes.hasNext()) {
          Architecture architecture = Architecture.ofCanonical(codes.next());
          measurements.add(
              new AccuracyMeasurement(
                  architecture, subnets.correct(architecture), images, conditions));
        }
      }
      MeasurementCache.write(new Storage(hadoop.value()), new Path(folder), run, measurements);
      return measurements.toArray(AccuracyMeasurement[]::new);
    }
  }

  /** Counts finished subnets; Spark calls it from one thread at a time. */
  private static final class Progress {
    private final int total;
    private final int cached;
    private final EvaluationListener listener;
    private final long startNanos = System.nanoTime();
    private int done;

    Progress(int total, int cached, EvaluationListener listener) {
      this.total = total;
      this.cached = cached;
      this.listener = listener;
      add(cached);
    }

    void add(int count) {
      done += count;
      listener.progress(
          new EvaluationProgress(
              total, done, cached, Duration.ofNanos(System.nanoTime() - startNanos)));
    }
  }
}
