package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionValuesTest {
  private static final List<EngineOption> OPTIONS =
      List.of(
          new EngineOption.Whole("steps", 1, 9, 3, "steps taken"),
          new EngineOption.Share("heat", 0.5, "share kept"),
          new EngineOption.Choice("begin", List.of("low", "high"), "low", "where it begins"));

  @Test
  void defaultsStandInForWhatIsNotGiven() {
    OptionValues values = OptionValues.builder(OPTIONS).share("heat", 0.25).build();

    assertThat(values.whole("steps")).isEqualTo(3);
    assertThat(values.share("heat")).isEqualTo(0.25);
    assertThat(values.word("begin")).isEqualTo("low");
    assertThat(values.asMap())
        .containsExactly(Map.entry("begin", "low"), Map.entry("heat", 0.25), Map.entry("steps", 3));
  }

  @Test
  void equalValuesAreEqualHoweverTheyCameAbout() {
    OptionValues given =
        OptionValues.builder(OPTIONS).word("begin", "low").whole("steps", 3).build();

    assertThat(given).isEqualTo(OptionValues.defaults(OPTIONS));
    assertThat(given).hasSameHashCodeAs(OptionValues.defaults(OPTIONS));
    assertThat(given).isNotEqualTo(OptionValues.builder(OPTIONS).whole("steps", 4).build());
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    OptionValues.Builder values = OptionValues.builder(OPTIONS);

    assertThatThrownBy(() -> values.whole("steps", 10))
        .hasMessage("engine option steps: 10 is not allowed; allowed: 1 to 9");
    assertThatThrownBy(() -> values.share("heat", 0))
        .hasMessage("engine option heat: 0.0 is not allowed; allowed: above 0, at most 1");
    assertThatThrownBy(() -> values.share("heat", Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> values.word("begin", "middle"))
        .hasMessage("engine option begin: middle is not allowed; allowed: low|high");
  }

  @Test
  void optionsThatAreNotThereOrOfAnotherKindAreRefused() {
    assertThatThrownBy(() -> OptionValues.builder(OPTIONS).whole("heat", 1))
        .hasMessage("no engine option heat of kind Whole; there are [steps, heat, begin]");
    assertThatThrownBy(() -> OptionValues.defaults(OPTIONS).word("end"))
        .hasMessage(
            "no engine option end with a value of type String; there are {begin=low, heat=0.5,"
                + " steps=3}");
  }

  @Test
  void optionsAreCheckedWhereAnEngineDeclaresThem() {
    assertThatThrownBy(() -> new EngineOption.Whole("kind", 1, 9, 3, "taken"))
        .hasMessage(
            "engine option 'kind': a name is lower-case words joined by hyphens, and not kind");
    assertThatThrownBy(() -> new EngineOption.Share("twoWords", 0.5, "no hyphen"))
        .hasMessageContaining("lower-case words");
    assertThatThrownBy(() -> new EngineOption.Whole("steps", 1, 9, 0, "default too small"))
        .hasMessage("engine option steps: 0 is not allowed; allowed: 1 to 9");
    assertThatThrownBy(() -> new EngineOption.Choice("begin", List.of("a", "a"), "a", "twice"))
        .hasMessage("engine option begin: [a, a] lists a word twice");
    assertThatThrownBy(() -> OptionValues.defaults(List.of(OPTIONS.get(0), OPTIONS.get(0))))
        .hasMessage("two engine options are named steps");
  }
}
