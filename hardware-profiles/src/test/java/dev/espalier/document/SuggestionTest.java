package dev.espalier.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
  private static final List<String> KNOWN = List.of("budgets", "seed", "start", "b");

  @ParameterizedTest
  @CsvSource({
    "bugdets, budgets",
    "budget, budgets",
    "sede, seed",
    "sed, seed",
    "stop, ''",
    "c, ''",
    "'', ''",
    "engine, ''"
  })
  void isTheNearestWordUnlessMoreThanHalfWouldChange(String word, String nearest) {
    assertThat(Suggestion.of(word, KNOWN))
        .isEqualTo(nearest.isEmpty() ? "" : " (did you mean '" + nearest + "'?)");
  }
}
