package dev.espalier.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Strikes when the first task of a kind of stage starts, and hears what became of tasks. */
final class Faults extends SparkListener {
  private final String code;
  private final Consumer<String> strike;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean struck = new AtomicBoolean();
  private final List<String> failures = new ArrayList<>();
  private int speculative;

  /**
   * Listens.
   *
   * @param code the class whose jobs are struck; Spark names stages by file and line
   * @param strike is given the executor of the first task
   */
  Faults(String code, Consumer<String> strike) {
    this.code = code;
    this.strike = strike;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (submitted.stageInfo().name().contains(code + ".java")) {
      stages.add(submitted.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (stages.contains(start.stageId())) {
      if (start.taskInfo().speculative()) {
        synchronized (this) {
          speculative++;
        }
      }
      if (struck.compareAndSet(false, true)) {
        strike.accept(start.taskInfo().executorId());
      }
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (stages.contains(end.stageId()) && !end.reason().equals(Success$.MODULE$)) {
      failures.add(end.taskInfo().executorId() + ": " + end.reason());
    }
  }

  boolean struck() {
    return struck.get();
  }

  /** Executor and reason of each task that failed. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  synchronized int speculativeTasks() {
    return speculative;
  }

  /** Sends a signal to a process. */
  static void signal(String name, ProcessHandle process) {
    command("kill", "-" + name, String.valueOf(process.pid()));
  }

  /** From now on every write of a process to a file fails, as on a full disk. */
  static void fillDisk(ProcessHandle process) {
    command("prlimit", "--pid", String.valueOf(process.pid()), "--fsize=0:0");
  }

  private static void command(String... words) {
    try {
      int status = new ProcessBuilder(words).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(String.join(" ", words) + " ended with " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Kills an executor of a cluster, as the kernel does when memory runs out. */
  static Consumer<String> killingOn(StandaloneCluster cluster) {
    return executor -> {
      Map<String, ProcessHandle> running = cluster.executors();
      signal("KILL", running.get(executor));
    };
  }
}
