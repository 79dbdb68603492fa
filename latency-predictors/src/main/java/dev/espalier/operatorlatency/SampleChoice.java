package dev.espalier.operatorlatency;

import dev.espalier.operator.Precision;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is wanted of files.
 *
 * @param precision of every value
 * @param device whose values are wanted, as the files name it; needed where they are of several
 * @param spaces by whose parts operators are grouped, the first that has any of them
 * @param released reads a released space by its name
 */
public record SampleChoice(
    Precision precision,
    Optional<String> device,
    List<SearchSpace> spaces,
    Function<String, SearchSpace> released) {
  public SampleChoice {
    Objects.requireNonNull(precision);
    Objects.requireNonNull(device);
    spaces = List.copyOf(spaces);
    Objects.requireNonNull(released);
  }

  /**
   * The device, of those that there are.
   *
   * @throws IllegalArgumentException listing them if none, or another, is wanted
   */
  String deviceOf(Iterable<String> there) {
    for (String name : there) {
      if (device.filter(name::equals).isPresent()) {
        return name;
      }
    }
    throw new IllegalArgumentException(
        "%s; there are %s"
            .formatted(
                device
                    .map(d -> "no device '%s' in the files".formatted(d))
                    .orElse("the files are of several devices: name one of them"),
                String.join(", ", there)));
  }
}
