package dev.espalier.spark;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Spark sessions as Espalier needs them. */
public final class EspalierSpark {
  /** Kernels of one torch operator; tasks fill the cores, so one thread each. */
  private static final String TORCH_THREADS = "ai.djl.pytorch.num_threads";

  private static final Map<String, String> REQUIRED =
      Map.of(
          "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
          "spark.kryo.registrator", EspalierKryoRegistrator.class.getName(),
          "spark.kryo.registrationRequired", "true");

  /**
   * A task that failed twice on an executor, as where its disk is full, goes to another one before
   * Spark gives it up, which it does after four failures. Executors and hosts are left out for a
   * task or a stage, never for a whole application: a small cluster would have none left.
   */
  private static final Map<String, String> RETRIES =
      Map.of(
          "spark.excludeOnFailure.enabled", "true",
          "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", "2",
          "spark.excludeOnFailure.task.maxTaskAttemptsPerNode", "3",
          "spark.excludeOnFailure.application.maxFailedTasksPerExecutor",
              String.valueOf(Integer.MAX_VALUE),
          "spark.excludeOnFailure.application.maxFailedExecutorsPerNode",
              String.valueOf(Integer.MAX_VALUE));

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.master", "local[*]",
          "spark.kryoserializer.buffer.max", "1g",
          "spark.sql.session.timeZone", "UTC",
          "spark.ui.enabled", "false",
          "spark.executorEnv.OMP_NUM_THREADS", "1",
          // Idle OpenMP threads that spin take the core from the next task.
          "spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE",
          "spark.executorEnv.GOMP_SPINCOUNT", "0",
          // ONNX Runtime 1.29 reports to its maker by default, and crashes on command lines above
          // 4 kB when it does.
          "spark.executorEnv.ORT_DISABLE_TELEMETRY", "1");

  private EspalierSpark() {}

  /**
   * The configuration of an application: what {@code spark-submit} and {@code spark.*} system
   * properties set, defaults for what they leave open ({@code local[*]} among them), and Kryo with
   * required registration in any case.
   *
   * @param application shown in Spark's own pages and logs
   */
  public static SparkConf conf(String application) {
    SparkConf conf = new SparkConf().setAppName(application);
    new TreeMap<>(DEFAULTS).forEach(conf::setIfMissing);
    if (!conf.contains("spark.excludeOnFailure.enabled")
        && !conf.contains("spark.task.maxFailures")) {
      new TreeMap<>(RETRIES).forEach(conf::set);
    }
    new TreeMap<>(REQUIRED).forEach(conf::set);
    String option = "-D" + TORCH_THREADS + "=1";
    String options = conf.get("spark.executor.extraJavaOptions", "");
    if (!options.contains(TORCH_THREADS)) {
      conf.set("spark.executor.extraJavaOptions", (options + " " + option).trim());
    }
    return conf;
  }

  /**
   * Starts a session, or returns the running one of this JVM. Sets the system property {@value
   * #TORCH_THREADS} to 1 unless it is set, since local tasks run in this JVM: call it before
   * anything loads torch.
   */
  public static SparkSession session(String application) {
    if (System.getProperty(TORCH_THREADS) == null) {
      System.setProperty(TORCH_THREADS, "1");
    }
    return SparkSession.builder().config(conf(application)).getOrCreate();
  }
}
