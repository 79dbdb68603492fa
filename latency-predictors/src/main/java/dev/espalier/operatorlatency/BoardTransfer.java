package dev.espalier.operatorlatency;

import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Carries a model to another device of the same kind with a few values measured there, the anchors:
 * everything takes as many times as long as the anchors' median ratio of measured to modelled.
 *
 * <p>Anchors are those at equal steps of rank by modelled latency, the ends left out; they are
 * chosen by what the model says alone, before anything is measured on the new device, and by no
 * chance: equal values go by their place in the list.
 */
public final class BoardTransfer {
  private BoardTransfer() {}

  /**
   * Chooses what to measure on the new device.
   *
   * @param candidates whose latency is not looked at
   * @param count at least 1
   * @return indices of the candidates, ascending
   * @throws IllegalArgumentException if there are fewer candidates than that
   */
  public static List<Integer> anchors(
      OperatorLatencyModel model, List<MeasuredWork> candidates, int count) {
    if (count < 1 || candidates.size() < count) {
      throw new IllegalArgumentException(
          "%d anchors of %d candidates: at least 1 is needed, and as many candidates"
              .formatted(count, candidates.size()));
    }
    double[] micros = OperatorLatencyFit.micros(model, candidates);
    List<Integer> ranked =
        IntStream.range(0, micros.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> micros[i]))
            .toList();
    TreeSet<Integer> anchors = new TreeSet<>();
    for (int a = 0; a < count; a++) {
      anchors.add(ranked.get((int) ((2L * a + 1) * ranked.size() / (2L * count))));
    }
    return List.copyOf(anchors);
  }

  /**
   * The model of the new device, judged on what is not an anchor.
   *
   * @param values measured on the new device, more than {@code count}
   * @param count of anchors
   * @param device its name in words
   */
  public static OperatorLatencyModel transfer(
      OperatorLatencyModel model, List<MeasuredWork> values, int count, String device) {
    List<Integer> anchors = anchors(model, values, count);
    double[] micros = OperatorLatencyFit.micros(model, values);
    double[] ratios =
        anchors.stream().mapToDouble(i -> values.get(i).micros() / micros[i]).sorted().toArray();
    double factor = (ratios[(ratios.length - 1) / 2] + ratios[ratios.length / 2]) / 2;
    double[] errors =
        IntStream.range(0, micros.length)
            .filter(i -> !anchors.contains(i))
            .mapToDouble(i -> Math.abs(factor * micros[i] / values.get(i).micros() - 1))
            .toArray();
    if (errors.length == 0) {
      throw new IllegalArgumentException(
          "all %d values of %s are anchors: more are needed to judge the model"
              .formatted(values.size(), device));
    }
    return model.scaled(
        factor,
        "%s; scaled to %s by %d anchors".formatted(model.fittedOn(), device, anchors.size()),
        List.of(
            HeldOutError.of(
                "%s, scaled by %d anchors".formatted(device, anchors.size()),
                Arrays.stream(errors).toArray())));
  }
}
