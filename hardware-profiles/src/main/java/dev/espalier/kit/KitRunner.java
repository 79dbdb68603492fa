package dev.espalier.kit;

import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.measurement.Progress;
import dev.espalier.measurement.Samples;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.measurement.WholeNetworkBenchmark;
import dev.espalier.operator.TensorShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Times the models of a kit on the machine at hand: ONNX Runtime, batch 1, one thread.
 *
 * <p>Models are timed a group at a time in common rounds; the empty runs of a group's inputs are
 * timed in its rounds, so that a machine that changes its speed changes both. An empty run that
 * several groups need is timed in each of them.
 */
public final class KitRunner {
  /** Models that are open at once beside the empty runs. */
  private static final int OPERATORS = 50;

  /** Whole networks hold megabytes each. */
  private static final int NETWORKS = 20;

  private final Kit kit;
  private final TimingPlan plan;
  private final Progress progress;

  /**
   * A runner.
   *
   * @throws IllegalArgumentException if the kit's models are not ONNX
   */
  public KitRunner(Kit kit, TimingPlan plan, Progress progress) {
    String onnx = new OnnxEmitter().format();
    if (!kit.format().equals(onnx)) {
      throw new IllegalArgumentException(
          "kit %s holds %s models, and this machine times %s: measure it as its %s says, or make one with --format %s"
              .formatted(kit.folder(), kit.format(), onnx, KitWriter.RUN_SHEET, onnx));
    }
    this.kit = kit;
    this.plan = plan;
    this.progress = progress;
  }

  /** The operators and networks of a kit that were not timed yet. */
  public static List<KitModel> pending(Kit kit, Set<KitModel> timed) {
    return kit.models().stream()
        .filter(m -> m.role() != KitRole.EMPTY && !timed.contains(m))
        .toList();
  }

  /**
   * Times models.
   *
   * @param models operators and networks, as {@link #pending} lists them
   * @param random draws images and shuffles rounds
   * @param checkpoint receives the visits of each group, empty runs included, when it is done
   */
  public void run(
      List<KitModel> models, RandomGenerator random, Consumer<Map<KitModel, Samples>> checkpoint) {
    long began = System.nanoTime();
    int done = 0;
    for (List<KitModel> group : groups(models)) {
      List<KitModel> subjects = new ArrayList<>(group);
      Set<TensorShape> inputs =
          group.stream()
              .filter(m -> m.role() == KitRole.OPERATOR)
              .map(KitModel::input)
              .collect(Collectors.toSet());
      kit.models(KitRole.EMPTY).stream()
          .filter(m -> inputs.contains(m.input()))
          .forEach(subjects::add);
      int before = done;
      List<Samples> visits =
          new WholeNetworkBenchmark(plan)
              .time(
                  subjects.stream().map(kit::content).toList(),
                  random,
                  (what, some, all, left) ->
                      report(before + (double) some / all * group.size(), models.size(), began));
      Map<KitModel, Samples> timed = new LinkedHashMap<>();
      for (int i = 0; i < subjects.size(); i++) {
        timed.put(subjects.get(i), visits.get(i));
      }
      checkpoint.accept(timed);
      done += group.size();
      report(done, models.size(), began);
    }
  }

  private void report(double done, int all, long began) {
    double seconds = (System.nanoTime() - began) / 1e9;
    progress.report("models", (int) done, all, seconds / Math.max(done, 1e-3) * (all - done));
  }

  private static List<List<KitModel>> groups(List<KitModel> models) {
    List<List<KitModel>> groups = new ArrayList<>();
    for (boolean networks : new boolean[] {false, true}) {
      List<KitModel> kind = models.stream().filter(m -> m.role().network() == networks).toList();
      int size = networks ? NETWORKS : OPERATORS;
      for (int start = 0; start < kind.size(); start += size) {
        groups.add(kind.subList(start, Math.min(start + size, kind.size())));
      }
    }
    return groups;
  }
}
