package dev.espalier.provenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import dev.espalier.operator.Precision;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Derived from what an emulator counted, which is not time: microseconds are counts divided by a
 * stated rate.
 *
 * @param emulator as in {@code qemu-system-arm}
 * @param emulatorVersion its version
 * @param machine that was emulated
 * @param countedUnit what was counted, as in {@code instructions}
 * @param unitsPerMicrosecond the rate that turned counts into microseconds, above 0
 * @param precision of weights and activations
 * @param date of the emulation
 */
public record Emulated(
    String emulator,
    String emulatorVersion,
    String machine,
    String countedUnit,
    double unitsPerMicrosecond,
    Precision precision,
    LocalDate date)
    implements Provenance {
  public Emulated {
    Texts.require("emulated", "emulator", emulator);
    Texts.require("emulated", "emulatorVersion", emulatorVersion);
    Texts.require("emulated", "machine", machine);
    Texts.require("emulated", "countedUnit", countedUnit);
    Objects.requireNonNull(precision);
    Objects.requireNonNull(date);
    if (!(unitsPerMicrosecond > 0) || Double.isInfinite(unitsPerMicrosecond)) {
      throw new IllegalArgumentException(
          "emulated: unitsPerMicrosecond " + unitsPerMicrosecond + " must be above 0 and finite");
    }
  }

  @Override
  public Origin origin() {
    return Origin.EMULATED;
  }

  @Override
  public String words() {
    return "emulated by %s %s as %s: %s counted, not time, taken as %s per microsecond, %s, %s"
        .formatted(
            emulator,
            emulatorVersion,
            machine,
            countedUnit,
            unitsPerMicrosecond,
            Fields.word(precision),
            date);
  }

  @Override
  public void write(ObjectNode object) {
    object.put("emulator", emulator);
    object.put("emulatorVersion", emulatorVersion);
    object.put("machine", machine);
    object.put("countedUnit", countedUnit);
    object.put("unitsPerMicrosecond", unitsPerMicrosecond);
    object.put("precision", Fields.word(precision));
    object.put("date", date.toString());
  }

  static Emulated read(Fields fields) {
    return new Emulated(
        fields.text("emulator"),
        fields.text("emulatorVersion"),
        fields.text("machine"),
        fields.text("countedUnit"),
        fields.number("unitsPerMicrosecond", Double.MIN_NORMAL, Double.MAX_VALUE),
        fields.choice("precision", Precision.class),
        fields.date("date"));
  }
}
