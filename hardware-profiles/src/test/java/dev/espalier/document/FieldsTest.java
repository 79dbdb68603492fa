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
              line 1: name: '' is not text
              line 1: absent: missing; an object is needed
              line 1: runtime: missing; text is needed
              line 2: threads: '0' is not a whole number of at least 1
              line 3: clock: 'fast' is not a whole number from 1 to 9
              line 4: error: '1e400' is not a number from 0.0 to 1.0
              line 5: precision: 'bf16' is not one of float32, float16, int8
              line 6: date: 'yesterday' is not a day as in 2026-03-31
              line 7: inner.bytes: missing; a whole number from 0 to 10 is needed
              line 7: inner.byte: unknown key (did you mean 'bytes'?); known here: bytes
              line 8: list: a list is not an object of 'key: value' lines
              line 9: extra: unknown key; known here: name, threads, clock, error, precision, date, inner, list, absent, runtime""");
  }

  @Test
  void refusesWhatIsNotAnObject() {
    assertThatThrownBy(() -> fields("- 1"))
        .hasMessage("a.yaml: line 1: expected an object of 'key: value' lines, found a list");
    assertThatThrownBy(() -> fields(""))
        .hasMessage("a.yaml: line 1: expected an object of 'key: value' lines, found nothing");
    assertThatThrownBy(() -> fields("# Title\nwords"))
        .hasMessage("a.yaml: line 2: expected an object of 'key: value' lines, found 'words'");
  }

  @Test
  void refusesARepeatedKeyWithItsLines() {
    Fields fields = fields("a: 1\nb: {c: 2,\n  c: 3}\na: 3\n");
    assertThat(fields.count("a", 1)).isEqualTo(1);
    assertThat(fields.object("b").count("c", 1)).isEqualTo(2);
    assertThat(fields.sound()).isFalse();
    assertThatThrownBy(fields::finish)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage(
            """
            a.yaml: 2 problems
              line 3: b.c: given twice, first in line 2
              line 4: a: given twice, first in line 1""");
  }

  @Test
  void refusesAKeyWithoutAValueAndAValueWithoutAKey() {
    Fields fields = fields("name:\nmemory: ~\nthreads: null\n[a]: 1\n~: 2\n");
    fields.text("name");
    fields.optionalObject("memory");
    fields.optionalCount("threads", 1);
    assertThatThrownBy(fields::finish)
        .hasMessage(
            """
            a.yaml: 5 problems
              line 1: name: nothing is not text
              line 2: memory: nothing is not an object of 'key: value' lines
              line 3: threads: nothing is not a whole number of at least 1
              line 4: a list is not a key
              line 5: nothing is not a key""");
  }

  @Test
  void refusesWhatIsNotOneDocumentOfYaml() {
    assertThatThrownBy(() -> fields("a: 1\nb: [1\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageStartingWith("a.yaml: line 3: this is not YAML: ");
    assertThatThrownBy(() -> fields("a: 1\n---\nb: 1\n"))
        .hasMessageStartingWith("a.yaml: line 2: this is not YAML: ");
    assertThatThrownBy(() -> Fields.of("a.yaml", new byte[] {'a', ':', ' ', (byte) 0xff}))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageStartingWith("a.yaml: cannot be read as YAML: ");
  }

  /** Each line doubles what an object would hold that was built of it. */
  @Test
  void aliasesAndNestingAreBounded() {
    StringBuilder laughs = new StringBuilder("l0: &l0 [ha]\n");
    for (int i = 1; i <= 30; i++) {
      laughs.append("l%d: &l%d [*l%d, *l%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> fields(laughs.toString()))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("aliases");
    assertThatThrownBy(() -> fields("a: " + "[".repeat(1000)))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("Nesting Depth");
    Fields around = fields("a: &a {b: *a}\n");
    assertThatThrownBy(around::finish).hasMessage("a.yaml: line 1: a: unknown key; known here: ");
  }

  @Test
  void whatAValueIsItsReaderSays() {
    Fields fields =
        fields("count: 1_000_000\nquoted: \"3\"\nyear: 2026\nshare: 1e-3\nword: \"off\"\n");
    assertThat(fields.count("count", 1)).isEqualTo(1_000_000);
    assertThat(fields.integer("quoted", 0, 9)).isEqualTo(3);
    assertThat(fields.text("year")).isEqualTo("2026");
    assertThat(fields.optionalValue("share").flatMap(Value::share)).contains(0.001);
    assertThat(fields.oneOf("word", List.of("on", "off"))).contains("off");
    fields.finish();
  }

  @Test
  void refusesWhatOnlyLooksLikeANumber() {
    Fields fields =
        fields("a: 1.0\nb: 99999999999999999999\nc: 0x10\nd: NaN\ne: 1d\nf: 0\ng: 1.5\n");
    for (String name : List.of("a", "b", "c")) {
      fields.optionalInteger(name, 0, 9);
    }
    fields.number("d", 0, 1);
    fields.number("e", 0, 1);
    assertThat(fields.optionalValue("f").flatMap(Value::share)).isEmpty();
    assertThat(fields.optionalValue("g").flatMap(Value::share)).isEmpty();
    assertThatThrownBy(fields::finish)
        .hasMessage(
            """
            a.yaml: 7 problems
              line 1: a: '1.0' is not a whole number from 0 to 9
              line 2: b: '99999999999999999999' is not a whole number from 0 to 9
              line 3: c: '0x10' is not a whole number from 0 to 9
              line 4: d: 'NaN' is not a number from 0.0 to 1.0
              line 5: e: '1d' is not a number from 0.0 to 1.0
              line 6: f: '0' is not a number above 0 and at most 1
              line 7: g: '1.5' is not a number above 0 and at most 1""");
  }

  @Test
  void aSingleValueCountsAsAListOfIt() {
    Fields fields = fields("one: a\nmany:\n  - b\n  - {c: 1}\n  - [d]\nnone: []\n");
    assertThat(fields.optionalValue("one").orElseThrow().elements())
        .extracting(v -> v.text().orElseThrow())
        .containsExactly("a");
    List<Value> many = fields.value("many", "a list").orElseThrow().elements();
    assertThat(many).extracting(Value::isSingle).containsExactly(true, false, false);
    assertThat(many.get(1).object().orElseThrow().count("c", 2)).isEqualTo(2);
    many.get(1).problem("is the second");
    many.get(2).object("what is wanted");
    assertThat(fields.optionalValue("none").orElseThrow().elements()).isEmpty();
    assertThat(fields.value("absent", "a list")).isEmpty();
    assertThatThrownBy(fields::finish)
        .hasMessage(
            """
            a.yaml: 5 problems
              line 1: absent: missing; a list is needed
              line 4: many[1].c: '1' is not a whole number of at least 2
              line 4: many[1]: is the second
              line 5: many[2]: a list is not what is wanted
              line 6: none: the list is empty""");
  }

  @Test
  void aWordIsOneOfThoseAllowedOrTheNearestIsSuggested() {
    Fields fields = fields("a: evolutoin\nb: INT8\nrest: 1\n");
    assertThat(fields.oneOf("a", List.of("exact", "evolution"))).isEmpty();
    fields.choice("b", Precision.class);
    fields.ignoreRest();
    assertThatThrownBy(fields::finish)
        .hasMessage(
            """
            a.yaml: 2 problems
              line 1: a: 'evolutoin' is not one of exact, evolution (did you mean 'evolution'?)
              line 2: b: 'INT8' is not one of float32, float16, int8""");
  }

  @Test
  void showsAtMostTwentyProblems() {
    Fields fields = fields("a: 1");
    for (int i = 0; i < 30; i++) {
      fields.problem("a", "problem " + i);
    }
    fields.text("a");
    assertThatThrownBy(fields::finish)
        .hasMessageStartingWith("a.yaml: 30 problems\n  line 1: a: problem 0\n")
        .hasMessageEndingWith("\n  and 10 more");
  }

  @Test
  void keepsProblemsApartForPrograms() {
    assertThat(new InvalidDocumentException("x", List.of("p", "q")).problems())
        .containsExactly("p", "q");
  }
}
