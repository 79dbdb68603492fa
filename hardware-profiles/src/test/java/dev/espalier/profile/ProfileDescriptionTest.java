package dev.espalier.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Measured;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProfileDescriptionTest {
  private static final String NOTE10 =
      """
      device: Samsung Galaxy Note10
      class: cpu
      runtime: tflite 2.1
      precision: float32
      provenance:
        measured:
          device: Samsung Galaxy Note10, one big core
          runtime: tflite
          runtimeVersion: 2.1
          precision: float32
          batch: 1
          threads: 1
          date: 2020-06-15
          method: mean over the runs that the table counts
      """;

  private static final String MODELLED =
      """
        modelled:
          model: m
          fittedOn: f
          heldOut: 1
          heldOutError: 0.1
          date: 2020-06-15
      """;

  private static ProfileDescription read(String yaml) {
    return ProfileDescription.ofOneOrigin("note10.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void hasTheFieldsOfAProfile() {
    ProfileDescription description = read(NOTE10);
    assertThat(description.device()).isEqualTo("Samsung Galaxy Note10");
    assertThat(description.deviceClass()).isEqualTo(DeviceClass.CPU);
    assertThat(description.runtime()).isEqualTo("tflite 2.1");
    assertThat(description.precision()).isEqualTo(Precision.FLOAT32);
    assertThat(description.memory()).isEqualTo(MemoryLimits.UNKNOWN);
    assertThat(description.provenance())
        .containsExactly(
            new Measured(
                "Samsung Galaxy Note10, one big core",
                "tflite",
                "2.1",
                Precision.FLOAT32,
                1,
                1,
                OptionalInt.empty(),
                LocalDate.of(2020, 6, 15),
                "mean over the runs that the table counts"));
  }

  @Test
  void namesEveryFieldThatIsMissing() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    device: Samsung Galaxy Note10
                    provenance:
                      measured: {device: a, runtime: b}
                    """))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("class: missing")
        .hasMessageContaining("runtime: missing")
        .hasMessageContaining("precision: missing")
        .hasMessageContaining("provenance.measured.runtimeVersion: missing")
        .hasMessageContaining("provenance.measured.precision: missing")
        .hasMessageContaining("provenance.measured.batch: missing")
        .hasMessageContaining("provenance.measured.threads: missing")
        .hasMessageContaining("provenance.measured.date: missing")
        .hasMessageContaining("provenance.measured.method: missing");
  }

  @Test
  void needsOneOrigin() {
    String none = NOTE10.substring(0, NOTE10.indexOf("provenance:")) + "provenance: {}\n";
    assertThatThrownBy(() -> read(none))
        .hasMessageContaining("provenance: measured, emulated or modelled is needed");
    assertThatThrownBy(() -> read(NOTE10 + MODELLED))
        .hasMessageContaining(
            "provenance: a table's numbers have one origin, and here are several");
  }

  @Test
  void refusesNumbersOfAnotherPrecision() {
    assertThatThrownBy(() -> read(NOTE10.replace("\nprecision: float32", "\nprecision: int8")))
        .hasMessageEndingWith(
            "provenance: its precision, float32, is not that of the profile, int8");
  }

  @Test
  void refusesWhatIsNotOfADevice() {
    assertThatThrownBy(() -> read(NOTE10 + "name: mine\n"))
        .hasMessageContaining("name: unknown key");
  }
}
