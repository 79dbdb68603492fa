package dev.espalier.training;

import dev.espalier.space.SearchSpace;
import dev.espalier.training.TrainingWorker.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Threads that compute the gradients of a step's subnets, sum and apply them. The number of threads
 * changes no bit of what comes out.
 */
final class TrainingThreads implements AutoCloseable {
  private final FlatParameters parameters;
  private final SearchSpace space;
  private final ExecutorService pool;
  private final List<TrainingWorker> workers = new ArrayList<>();
  private final List<SubnetGradient> gradients = new ArrayList<>();
  private final float[] sum;
  private final boolean[] used;
  private final double[] squares;

  /**
   * Starts threads.
   *
   * @param subnets of a step
   * @param worker makes each thread's network
   */
  TrainingThreads(
      int threads,
      int subnets,
      FlatParameters parameters,
      SearchSpace space,
      Supplier<TrainingWorker> worker) {
    this.parameters = parameters;
    this.space = space;
    this.pool = Executors.newFixedThreadPool(threads);
    for (int i = 0; i < threads; i++) {
      workers.add(worker.get());
    }
    for (int i = 0; i < subnets; i++) {
      gradients.add(new SubnetGradient(parameters));
    }
    this.sum = new float[parameters.length()];
    this.used = new boolean[parameters.tensors().size()];
    this.squares = new double[used.length];
  }

  /** Work for one of the threads. */
  @FunctionalInterface
  interface Part {
    void run(int thread) throws Exception;
  }

  /** Runs a part in every thread and waits for all. */
  void each(Part part) {
    List<Future<Void>> running = new ArrayList<>();
    for (int t = 0; t < workers.size(); t++) {
      int thread = t;
      Callable<Void> call =
          () -> {
            part.run(thread);
            return null;
          };
      running.add(pool.submit(call));
    }
    for (Future<Void> future : running) {
      try {
        future.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TrainingException("interrupted; training resumes from the last checkpoint", e);
      } catch (ExecutionException e) {
        throw new TrainingException("a training thread failed: " + e.getCause(), e.getCause());
      }
    }
  }

  /** The number of threads. */
  int count() {
    return workers.size();
  }

  /**
   * Computes the mean gradient of some subnets; the costliest are begun first, so that threads end
   * at about the same time.
   *
   * @return the mean loss
   */
  double gradients(TrainingState state, double distillation, List<Task> tasks) {
    int[] order =
        IntStream.range(0, tasks.size())
            .boxed()
            .sorted(Comparator.comparingLong(i -> -space.macs(tasks.get(i).subnet())))
            .mapToInt(i -> i)
            .toArray();
    AtomicInteger next = new AtomicInteger();
    float[] losses = new float[tasks.size()];
    each(
        thread -> {
          TrainingWorker worker = workers.get(thread);
          worker.load(state.weights);
          for (int i = next.getAndIncrement(); i < order.length; i = next.getAndIncrement()) {
            int task = order[i];
            losses[task] =
                worker.work(tasks.get(task), state.softTargets, distillation, gradients.get(task));
          }
        });
    Arrays.fill(used, false);
    for (int g = 0; g < tasks.size(); g++) {
      for (int t = 0; t < used.length; t++) {
        used[t] |= gradients.get(g).used[t];
      }
    }
    eachTensor(tensor -> sum(tensor, tasks.size()));
    double loss = 0;
    for (float l : losses) {
      loss += l;
    }
    return loss / losses.length;
  }

  private void sum(int index, int count) {
    FlatParameters.Tensor tensor = parameters.tensors().get(index);
    int end = tensor.offset() + tensor.length();
    Arrays.fill(sum, tensor.offset(), end, 0);
    float share = 1f / count;
    for (int g = 0; g < count; g++) {
      if (gradients.get(g).used[index]) {
        float[] values = gradients.get(g).values;
        for (int i = tensor.offset(); i < end; i++) {
          sum[i] += share * values[i];
        }
      }
    }
    double square = 0;
    for (int i = tensor.offset(); i < end; i++) {
      square += (double) sum[i] * sum[i];
    }
    squares[index] = square;
  }

  /** The norm of the mean gradient. */
  double norm() {
    return Math.sqrt(Arrays.stream(squares).sum());
  }

  /** Names of the tensors whose mean gradient is not finite. */
  List<String> notFinite() {
    return IntStream.range(0, squares.length)
        .filter(t -> !Double.isFinite(squares[t]))
        .mapToObj(t -> parameters.tensors().get(t).name())
        .toList();
  }

  /**
   * Takes a step with the mean gradient.
   *
   * @param scale multiplies the gradient (clipping)
   */
  void apply(AdamW optimizer, TrainingState state, double scale, double rate) {
    eachTensor(
        tensor -> {
          if (used[tensor]) {
            optimizer.step(state, tensor, sum, scale, rate);
          }
        });
  }

  /** Work on one tensor. */
  @FunctionalInterface
  private interface TensorPart {
    void run(int tensor);
  }

  private void eachTensor(TensorPart part) {
    AtomicInteger next = new AtomicInteger();
    each(
        thread -> {
          for (int t = next.getAndIncrement(); t < used.length; t = next.getAndIncrement()) {
            part.run(t);
          }
        });
  }

  @Override
  public void close() {
    pool.shutdownNow();
    workers.forEach(TrainingWorker::close);
  }
}
