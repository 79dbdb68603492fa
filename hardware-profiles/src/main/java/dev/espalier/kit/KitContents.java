package dev.espalier.kit;

import dev.espalier.operator.Operator;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param spaceName as whoever asked called the space
 * @param space that operators and networks are of
 * @param operators that are missing, in float32
 * @param calibration whole networks to fit an overhead model on
 * @param probes whole networks to state the error of sums on
 */
public record KitContents(
    String spaceName,
    SearchSpace space,
    List<Operator> operators,
    List<Architecture> calibration,
    List<Architecture> probes) {
  public KitContents {
    operators = List.copyOf(operators);
    calibration = List.copyOf(calibration);
    probes = List.copyOf(probes);
    if (operators.isEmpty() && calibration.isEmpty() && probes.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing of %s is missing and no whole networks are asked for, so the kit would be empty: ask for --probes 20, or for another space"
              .formatted(spaceName));
    }
  }
}
