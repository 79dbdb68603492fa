package dev.espalier.provenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import dev.espalier.operator.Precision;
import java.time.LocalDate;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Timed on a device.
 *
 * @param device what ran, as its maker names it
 * @param runtime what executed the operators, as in {@code onnxruntime}
 * @param runtimeVersion its version
 * @param precision of weights and activations
 * @param batch images at once, at least 1
 * @param threads computing threads, at least 1
 * @param clockMegahertz of the processor, where it is known
 * @param date of the measurement
 * @param method how a number was obtained from the clock, in words
 */
public record Measured(
    String device,
    String runtime,
    String runtimeVersion,
    Precision precision,
    int batch,
    int threads,
    OptionalInt clockMegahertz,
    LocalDate date,
    String method)
    implements Provenance {
  public Measured {
    Texts.require("measured", "device", device);
    Texts.require("measured", "runtime", runtime);
    Texts.require("measured", "runtimeVersion", runtimeVersion);
    Texts.require("measured", "method", method);
    Objects.requireNonNull(precision);
    Objects.requireNonNull(date);
    if (batch < 1 || threads < 1 || clockMegahertz.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "measured: batch %d, threads %d and clock %s MHz must be at least 1"
              .formatted(batch, threads, clockMegahertz));
    }
  }

  @Override
  public Origin origin() {
    return Origin.MEASURED;
  }

  @Override
  public String words() {
    return "measured on %s%s with %s %s, %s, batch %d, %s, %s: %s"
        .formatted(
            device,
            clockMegahertz.isPresent() ? " at " + clockMegahertz.getAsInt() + " MHz" : "",
            runtime,
            runtimeVersion,
            Fields.word(precision),
            batch,
            threads == 1 ? "1 thread" : threads + " threads",
            date,
            method);
  }

  @Override
  public void write(ObjectNode object) {
    object.put("device", device);
    object.put("runtime", runtime);
    object.put("runtimeVersion", runtimeVersion);
    object.put("precision", Fields.word(precision));
    object.put("batch", batch);
    object.put("threads", threads);
    clockMegahertz.ifPresent(clock -> object.put("clockMegahertz", clock));
    object.put("date", date.toString());
    object.put("method", method);
  }

  static Measured read(Fields fields) {
    return new Measured(
        fields.text("device"),
        fields.text("runtime"),
        fields.text("runtimeVersion"),
        fields.choice("precision", Precision.class),
        fields.count("batch", 1),
        fields.count("threads", 1),
        fields.optionalCount("clockMegahertz", 1),
        fields.date("date"),
        fields.text("method"));
  }
}
