package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import java.util.Objects;

/**
 * How what a model says of whole networks compares with those that were kept out of its fit.
 *
 * @param heldOut what was kept out, in words, as in {@code each of 12 networks in turn}
 * @param error on them
 */
public record NetworkError(String heldOut, SumError error) {
  public NetworkError {
    Objects.requireNonNull(error);
    if (heldOut.isBlank()) {
      throw new IllegalArgumentException("network error: say what was kept out");
    }
  }

  /** In words, for reports. */
  public String words() {
    return "%s: %s".formatted(heldOut, error.words());
  }

  void write(ObjectNode object) {
    object.put("heldOut", heldOut);
    error.write(object);
  }

  static NetworkError read(Fields fields) {
    return new NetworkError(fields.text("heldOut"), SumError.read(fields));
  }
}
