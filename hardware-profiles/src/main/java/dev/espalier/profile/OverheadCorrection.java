package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;

/**
 * An open model of what summing leaves out: {@code latency = overheadMicros + scale · sum}. What it
 * says is modelled, not measured.
 *
 * @param overheadMicros paid once a network, microseconds; negative where operators timed alone
 *     each bear a part that a network bears once
 * @param scale of the sum, above 0
 */
public record OverheadCorrection(double overheadMicros, double scale) {
  public OverheadCorrection {
    if (!Double.isFinite(overheadMicros) || !(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "overhead correction: overhead %s us must be finite and scale %s above 0"
              .formatted(overheadMicros, scale));
    }
  }

  /** The latency it makes of a sum over operators. */
  public double latencyMicros(double sumMicros) {
    return overheadMicros + scale * sumMicros;
  }

  /** In words, for reports. */
  public String words() {
    return String.format(
        java.util.Locale.ROOT,
        "modelled as %.2f us + %.4f x sum over operators",
        overheadMicros,
        scale);
  }

  void write(ObjectNode object) {
    object.put("overheadMicros", overheadMicros);
    object.put("scale", scale);
  }

  static OverheadCorrection read(Fields fields) {
    return new OverheadCorrection(
        fields.number("overheadMicros", -Double.MAX_VALUE, Double.MAX_VALUE),
        fields.number("scale", Double.MIN_NORMAL, Double.MAX_VALUE));
  }
}
