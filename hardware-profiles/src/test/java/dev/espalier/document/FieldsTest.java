package dev.espalier.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.operator.Precision;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private static Fields fields(String yaml) {
    return Fields.of("a.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsEveryKindOfMember() {
    Fields fields =
        fields(
            """
            name: pixel 4
            version: 1.29
            threads: 2
            error: 0.25
            precision: int8
            date: 2026-03-31
            inner: {bytes: 7}
            """);
    assertThat(fields.text("name")).isEqualTo("pixel 4");
    assertThat(fields.text("version")).isEqualTo("1.29");
    assertThat(fields.count("threads", 1)).isEqualTo(2);
    assertThat(fields.optionalCount("absent", 1)).isEqualTo(OptionalInt.empty());
    assertThat(fields.number("error", 0, 1)).isEqualTo(0.25);
    assertThat(fields.choice("precision", Precision.class)).isEqualTo(Precision.INT8);
    assertThat(fields.date("date")).isEqualTo(LocalDate.of(2026, 3, 31));
    assertThat(fields.object("inner").integer("bytes", 0, 10)).isEqualTo(7);
    fields.finish();
  }

  @Test
  void reportsEveryProblemOfADocumentAtOnce() {
    Fields fields =
        fields(
            """
            name: ''
            threads: 0
            clock: fast
            error: 1e400
            precision: bf16
            date: yesterday
            inner: {byte: 7}
            list: [1]
            extra: 1
            """);
    fields.text("name");
    fields.count("threads", 1);
    fields.optionalInteger("clock", 1, 9);
    fields.number("error", 0, 1);
    fields.choice("precision", Precision.class);
    fields.date("date");
    fields.object("inner").integer("bytes", 0, 10);
    fields.object("list").text("first");
    fields.object("absent").text("member");
    fields.text("runtime");
    assertThat(fields.sound()).isFalse();
    assertThatThrownBy(fields::finish)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage(
            """
            a.yaml: 12 problems
              name: '' is not text
              threads: '0' is not a whole number of at least 1
              clock: 'fast' is not a whole number from 1 to 9
              error: 'Infinity' is not a number from 0.0 to 1.0
              precision: 'bf16' is not one of float32, float16, int8
              date: 'yesterday' is not a day as in 2026-03-31
              inner.bytes: missing; a whole number from 0 to 10 is needed
              list: a list is not an object of 'key: value' lines
              absent: missing; an object is needed
              runtime: missing; text is needed
              extra: unknown key; known here: name, threads, clock, error, precision, date, inner, list, absent, runtime
              inner.byte: unknown key; known here: bytes""");
  }

  @Test
  void refusesWhatIsNotAnObject() {
    assertThatThrownBy(() -> fields("- 1"))
        .hasMessage("a.yaml: expected an object of 'key: value' lines, found a list");
    assertThatThrownBy(() -> fields(""))
        .hasMessage("a.yaml: expected an object of 'key: value' lines, found nothing");
  }

  @Test
  void refusesARepeatedKeyWithItsLine() {
    assertThatThrownBy(() -> fields("a: 1\nb: 2\na: 3\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageStartingWith("a.yaml: line 3: ")
        .hasMessageContaining("Duplicate");
  }

  @Test
  void showsAtMostTwentyProblems() {
    Fields fields = fields("a: 1");
    for (int i = 0; i < 30; i++) {
      fields.problem("a", "problem " + i);
    }
    fields.text("a");
    assertThatThrownBy(fields::finish)
        .hasMessageStartingWith("a.yaml: 30 problems\n  a: problem 0\n")
        .hasMessageEndingWith("\n  and 10 more");
  }

  @Test
  void keepsProblemsApartForPrograms() {
    assertThat(new InvalidDocumentException("x", List.of("p", "q")).problems())
        .containsExactly("p", "q");
  }
}
