package dev.espalier.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.espalier.document.Fields;
import dev.espalier.operator.Precision;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ProvenanceTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final Measured MEASURED =
      new Measured(
          "Pixel 4",
          "tflite",
          "2.6.2",
          Precision.INT8,
          1,
          1,
          OptionalInt.of(2840),
          DAY,
          "median of 30 rounds");
  private static final Emulated EMULATED =
      new Emulated(
          "qemu-system-arm", "7.2", "mps2-an386", "instructions", 168, 0.8, Precision.INT8, DAY);
  private static final Modelled MODELLED =
      new Modelled("random forest", "412 measured operators", 80, 0.062, DAY);

  static final Provenance[] ALL = {
    MEASURED,
    EMULATED,
    MODELLED,
    new Modelled("sums", "97 operators", 97, 0.09, DAY, java.util.Optional.of("pools")),
    new Measured("x", "y", "z", Precision.FLOAT32, 2, 4, OptionalInt.empty(), DAY, "m")
  };

  @ParameterizedTest
  @FieldSource("ALL")
  void survivesYaml(Provenance provenance) throws Exception {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    provenance.write(node);
    Fields fields = Fields.of("p.yaml", new YAMLMapper().writeValueAsBytes(node));
    Provenance read = Provenance.read(provenance.origin(), fields);
    fields.finish();
    assertThat(read).isEqualTo(provenance);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void saysItsOwnWordFirstAndNoOther(Provenance provenance) {
    assertThat(provenance.words()).startsWith(Fields.word(provenance.origin()) + " ");
  }

  @Test
  void saysWhatItIs() {
    assertThat(MEASURED.words())
        .isEqualTo(
            "measured on Pixel 4 at 2840 MHz with tflite 2.6.2, int8, batch 1, 1 thread, 2026-03-31: median of 30 rounds");
    assertThat(EMULATED.words())
        .isEqualTo(
            "emulated by qemu-system-arm 7.2 as mps2-an386: instructions counted, not time, taken as 0.8 a cycle at 168.0 MHz, int8, 2026-03-31");
    assertThat(MODELLED.words())
        .isEqualTo(
            "modelled by random forest, fitted on 412 measured operators, median error 6.2 % on 80 kept out, 2026-03-31");
  }

  @Test
  void refusesAModelWithoutHeldOutValues() {
    assertThatThrownBy(() -> new Modelled("m", "f", 0, 0.1, DAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("modelled: heldOut 0 must be at least 1: an error needs values to show it");
    assertThatThrownBy(() -> new Modelled("m", "f", 1, Double.NaN, DAY))
        .hasMessage("modelled: heldOutError NaN must be finite and not negative");
    assertThatThrownBy(() -> new Modelled(" ", "f", 1, 0.1, DAY))
        .hasMessage("modelled: model must not be blank");
  }

  @Test
  void refusesImpossibleNumbers() {
    assertThatThrownBy(
            () -> new Measured("x", "y", "z", Precision.INT8, 1, 0, OptionalInt.empty(), DAY, "m"))
        .hasMessage(
            "measured: batch 1, threads 0 and clock OptionalInt.empty MHz must be at least 1");
    assertThatThrownBy(() -> new Emulated("q", "7", "m", "i", 0, 1, Precision.INT8, DAY))
        .hasMessage("emulated: clockMegahertz 0.0 must be above 0 and finite");
  }

  @Test
  void namesWhatAProvenanceLacks() {
    Fields fields = Fields.of("p.yaml", "model: forest".getBytes(StandardCharsets.UTF_8));
    Provenance.read(Origin.MODELLED, fields);
    assertThatThrownBy(fields::finish)
        .hasMessage(
            """
            p.yaml: 4 problems
              line 1: fittedOn: missing; text is needed
              line 1: heldOut: missing; a whole number of at least 1 is needed
              line 1: heldOutError: missing; a number from 0.0 to 1.7976931348623157E308 is needed
              line 1: date: missing; a day as in 2026-03-31 is needed""");
  }
}
