package dev.espalier.provenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import dev.espalier.operator.Precision;
import java.time.LocalDate;
import java.util.Objects;

/**
 * Derived from what an emulator counted, which is not time: microseconds are counts divided by a
 * stated clock and a stated number a cycle.
 *
 * @param emulator as in {@code qemu-system-arm}
 * @param emulatorVersion its version
 * @param machine that was emulated
 * @param countedUnit what was counted, as in {@code instructions}
 * @param clockMegahertz of the device, above 0
 * @param unitsPerCycle how many of what was counted the device does in a cycle of its clock, above
 *     0: stated, not measured
 * @param precision of weights and activations
 * @param date of the emulation
 */
public record Emulated(
    String emulator,
    String emulatorVersion,
    String machine,
    String countedUnit,
    double clockMegahertz,
    double unitsPerCycle,
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
    requireRate("clockMegahertz", clockMegahertz);
    requireRate("unitsPerCycle", unitsPerCycle);
  }

  private static void requireRate(String name, double rate) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException(
          "emulated: " + name + " " + rate + " must be above 0 and finite");
    }
  }

  /** Microseconds of a count. */
  public double micros(long count) {
    return count / (clockMegahertz * unitsPerCycle);
  }

  @Override
  public Origin origin() {
    return Origin.EMULATED;
  }

  @Override
  public String words() {
    return "emulated by %s %s as %s: %s counted, not time, taken as %s a cycle at %s MHz, %s, %s"
        .formatted(
            emulator,
            emulatorVersion,
            machine,
            countedUnit,
            unitsPerCycle,
            clockMegahertz,
            Fields.word(precision),
            date);
  }

  @Override
  public void write(ObjectNode object) {
    object.put("emulator", emulator);
    object.put("emulatorVersion", emulatorVersion);
    object.put("machine", machine);
    object.put("countedUnit", countedUnit);
    object.put("clockMegahertz", clockMegahertz);
    object.put("unitsPerCycle", unitsPerCycle);
    object.put("precision", Fields.word(precision));
    object.put("date", date.toString());
  }

  static Emulated read(Fields fields) {
    return new Emulated(
        fields.text("emulator"),
        fields.text("emulatorVersion"),
        fields.text("machine"),
        fields.text("countedUnit"),
        fields.number("clockMegahertz", Double.MIN_NORMAL, Double.MAX_VALUE),
        fields.number("unitsPerCycle", Double.MIN_NORMAL, Double.MAX_VALUE),
        fields.choice("precision", Precision.class),
        fields.date("date"));
  }
}
