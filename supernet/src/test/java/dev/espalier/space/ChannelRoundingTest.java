package dev.espalier.space;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelRoundingTest {
  /** Widths of OFA's networks, and the cases of {@code make_divisible}'s rule. */
  @ParameterizedTest
  @CsvSource({
    "1, 8",
    "8, 8",
    "11, 16",
    "12, 16",
    "19.2, 24",
    "16, 16",
    "18, 24",
    "28.8, 32",
    "134.4, 136",
    "30, 32",
    "168, 168"
  })
  void channelsBecomeEightsAndLoseLessThanATenth(double channels, int expected) {
    assertThat(ChannelRounding.toMultipleOfEight(channels)).isEqualTo(expected);
  }
}
