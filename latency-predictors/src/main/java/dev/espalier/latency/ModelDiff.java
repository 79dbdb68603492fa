package dev.espalier.latency;

import dev.espalier.profile.HardwareProfile;
import dev.espalier.work.OperatorLatencyModel;
import dev.espalier.work.WorkFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How the models of operators of two profiles compare.
 *
 * @param same number of features whose weights are equal
 * @param moved features whose weights differ, or that one alone has, in the order of {@link
 *     WorkFeature}
 */
public record ModelDiff(int same, List<Weight> moved) {
  /**
   * What a feature costs by each model.
   *
   * @param feature by its word
   * @param firstMicros for one of it; empty where the first was not fitted on any
   * @param secondMicros likewise
   */
  public record Weight(String feature, OptionalDouble firstMicros, OptionalDouble secondMicros) {}

  public ModelDiff {
    moved = List.copyOf(moved);
  }

  /** Compares; empty where either has no model. */
  static Optional<ModelDiff> of(HardwareProfile first, HardwareProfile second) {
    return first
        .table()
        .model()
        .flatMap(left -> second.table().model().map(right -> of(left, right)));
  }

  private static ModelDiff of(OperatorLatencyModel first, OperatorLatencyModel second) {
    int same = 0;
    List<Weight> moved = new ArrayList<>();
    for (WorkFeature feature : WorkFeature.values()) {
      Optional<Double> left = Optional.ofNullable(first.weights().get(feature));
      Optional<Double> right = Optional.ofNullable(second.weights().get(feature));
      if (!left.equals(right)) {
        moved.add(new Weight(feature.word(), optional(left), optional(right)));
      } else if (left.isPresent()) {
        same++;
      }
    }
    return new ModelDiff(same, moved);
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
  }
}
