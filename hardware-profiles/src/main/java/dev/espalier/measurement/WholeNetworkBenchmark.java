package dev.espalier.measurement;

import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Times whole networks as ONNX models in ONNX Runtime: batch 1, one thread, the copies of image and
 * logits not counted. Uses the calling thread.
 */
public final class WholeNetworkBenchmark {
  /** Models that are open at once; each holds its weights and buffers. */
  private static final int GROUP = 100;

  private final TimingPlan plan;

  /** A benchmark that times each network as the plan says. */
  public WholeNetworkBenchmark(TimingPlan plan) {
    this.plan = plan;
  }

  /**
   * Times models, a hundred at a time in common rounds.
   *
   * @param models bytes of ONNX models, each written by {@link dev.espalier.deploy.OnnxEmitter}
   * @param random draws images and shuffles rounds
   * @return the visits of each model, microseconds, in their order
   * @throws dev.espalier.deploy.DeploymentException if ONNX Runtime refuses a model
   */
  public List<Samples> time(List<byte[]> models, RandomGenerator random, Progress progress) {
    List<Samples> timings = new ArrayList<>();
    GroupProgress groups = new GroupProgress(progress, "networks", models.size(), System::nanoTime);
    for (int start = 0; start < models.size(); start += GROUP) {
      List<byte[]> group = models.subList(start, Math.min(start + GROUP, models.size()));
      try (ModelSubjects subjects = new ModelSubjects(random)) {
        group.forEach(subjects::add);
        timings.addAll(
            new InterleavedTimer(plan, System::nanoTime)
                .time(subjects.subjects(), random, groups.within(start, group.size())));
      }
    }
    return timings;
  }

  /**
   * Times architectures with random weights.
   *
   * @return the median of each, microseconds, in their order
   */
  public double[] medianMicros(
      SearchSpace space,
      List<Architecture> architectures,
      RandomGenerator random,
      Progress progress) {
    List<byte[]> models =
        architectures.stream()
            .map(a -> NetworkGraphs.of(space.format(a), space.lower(a), random))
            .map(new OnnxEmitter()::emit)
            .toList();
    return time(models, random, progress).stream().mapToDouble(Samples::median).toArray();
  }

  /** Times one model alone. */
  public Samples time(byte[] model, RandomGenerator random) {
    return time(List.of(model), random, Progress.SILENT).get(0);
  }
}
