package dev.espalier.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.spark.EspalierSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.SparkSession;

/**
 * A Master and two Workers of one core each, as processes with addresses of their own. Their jars
 * are those of the distribution, linked as the {@code jars} of a Spark home.
 */
final class StandaloneCluster {
  static final int WORKERS = 2;

  private static final String HOST = "127.0.0.1";

  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("espalier.build"), "dist").toAbsolutePath();
  private static final long MOST_SECONDS = 90;

  private static StandaloneCluster shared;

  private final Path folder;
  private final String master;
  private final List<Process> processes = new ArrayList<>();

  private StandaloneCluster(Path folder) throws IOException {
    this.folder = folder;
    Path home = Files.createDirectories(folder.resolve("spark"));
    Files.createSymbolicLink(home.resolve("jars"), DISTRIBUTION.resolve("lib"));
    // Spark takes a folder without this file for one of its own sources.
    Files.createFile(home.resolve("RELEASE"));
    int port = freePort();
    this.master = "spark://" + HOST + ":" + port;
    start(
        "master",
        HOST,
        List.of("org.apache.spark.deploy.master.Master", "--port", String.valueOf(port)),
        List.of());
    awaitPort(port);
    for (int w = 0; w < WORKERS; w++) {
      // Spark copies a slow task to another host only.
      start(
          "worker" + w,
          "127.0.0." + (w + 1),
          List.of("org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "2g"),
          List.of("--work-dir", folder.resolve("work" + w).toString(), master));
    }
  }

  /** The one of this JVM, started by the first who asks. */
  static synchronized StandaloneCluster shared() {
    if (shared == null) {
      try {
        Path folder = Files.createTempDirectory("espalier-cluster");
        shared = new StandaloneCluster(folder);
        TemporaryFolders.deleteAtExit(folder, shared::stop);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort(int port) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || !processes.get(0).isAlive()) {
          throw new IOException(
              "the Master does not listen: " + Files.readString(folder.resolve("master.out")), e);
        }
        pause(50);
      }
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the cluster", e);
    }
  }

  /** What Spark needs opened, with which the launcher starts the driver too. */
  static String flags() {
    try {
      return Files.readString(DISTRIBUTION.resolve("jvm-flags"), UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void start(String name, String host, List<String> program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags().split("\\s+")));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Despalier.log=" + folder.resolve(name + ".log"),
            "-cp",
            folder.resolve("spark/jars") + "/*"));
    command.addAll(program);
    command.addAll(List.of("--host", host, "--webui-port", "0"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".out").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_HOME",
                folder.resolve("spark").toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                host));
    processes.add(builder.start());
  }

  private void stop() {
    executors().values().forEach(ProcessHandle::destroyForcibly);
    processes.forEach(Process::destroyForcibly);
  }

  /** The folder of a Spark installation, for programs that are submitted. */
  Path home() {
    return folder.resolve("spark");
  }

  String master() {
    return master;
  }

  /** The processes of running executors by the identifiers that Spark gave them. */
  Map<String, ProcessHandle> executors() {
    Map<String, ProcessHandle> found = new TreeMap<>();
    for (Process process : processes) {
      process
          .descendants()
          .forEach(
              child -> {
                List<String> command = commandLine(child);
                int option = command.indexOf("--executor-id");
                if (option >= 0) {
                  found.put(command.get(option + 1), child);
                }
              });
    }
    return found;
  }

  /** Read from the kernel: {@link ProcessHandle.Info} cuts long command lines. */
  private static List<String> commandLine(ProcessHandle process) {
    try {
      return List.of(
          Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), UTF_8).split("\0"));
    } catch (IOException e) {
      return List.of(); // it has ended
    }
  }

  /** An application on this cluster; sessions that this JVM has are stopped before. */
  final class Application implements AutoCloseable {
    private final Map<String, String> before = new TreeMap<>();
    private final List<String> set;

    private Application(Map<String, String> settings) {
      stopSessions();
      Map<String, String> properties =
          new TreeMap<>(
              Map.of(
                  "spark.master",
                  master,
                  "spark.driver.host",
                  "127.0.0.1",
                  "spark.executor.memory",
                  "1g",
                  "spark.executor.cores",
                  "1",
                  "spark.executor.extraJavaOptions",
                  flags() + " -Despalier.log=executor.log",
                  // Jobs wait until all executors are there.
                  "spark.cores.max",
                  String.valueOf(WORKERS),
                  "spark.scheduler.minRegisteredResourcesRatio",
                  "1.0",
                  "spark.scheduler.maxRegisteredResourcesWaitingTime",
                  MOST_SECONDS + "s"));
      properties.putAll(settings);
      set = List.copyOf(properties.keySet());
      properties.forEach(
          (key, value) -> {
            String old = System.setProperty(key, value);
            if (old != null) {
              before.put(key, old);
            }
          });
    }

    /** The session, started when it is first asked for. */
    SparkSession session() {
      return EspalierSpark.session("espalier on a cluster");
    }

    /** Waits until so many executors are registered, as after one was lost. */
    void awaitExecutors(int count) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
      while (registered() < count) {
        if (System.nanoTime() > end) {
          throw new IllegalStateException(
              "%d of %d executors after %d s".formatted(registered(), count, MOST_SECONDS));
        }
        pause(50);
      }
    }

    private int registered() {
      SparkExecutorInfo[] infos = session().sparkContext().statusTracker().getExecutorInfos();
      return infos.length - 1; // the driver is one of them
    }

    @Override
    public void close() {
      stopSessions();
      set.forEach(System::clearProperty);
      before.forEach(System::setProperty);
    }
  }

  /**
   * Makes this JVM's next sessions applications of this cluster, until it is closed.
   *
   * @param settings of Spark, beside those that every application needs
   */
  Application application(Map<String, String> settings) {
    return new Application(settings);
  }

  private static void stopSessions() {
    Stream.of(SparkSession.getActiveSession(), SparkSession.getDefaultSession())
        .filter(scala.Option::isDefined)
        .forEach(session -> session.get().stop());
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
  }
}
