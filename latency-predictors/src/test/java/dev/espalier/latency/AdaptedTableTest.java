package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdaptedTableTest {
  private static double[][] known(int networks) {
    SplittableRandom random = new SplittableRandom(1);
    double[][] known = new double[2][networks];
    for (int i = 0; i < networks; i++) {
      known[0][i] = random.nextDouble(100, 500);
      known[1][i] = random.nextDouble(1_000, 9_000);
    }
    return known;
  }

  private static double[] micros(double[][] known) {
    double[] micros = new double[known[0].length];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = 40 + 0.5 * known[0][i] + 0.1 * known[1][i];
    }
    return micros;
  }

  @Test
  void weightsAndOverheadAreFound() {
    double[][] known = known(40);
    AdaptedTable table = AdaptedTable.fit(known, micros(known));
    assertThat(table.weights().get(0)).isCloseTo(0.5, within(0.05));
    assertThat(table.weights().get(1)).isCloseTo(0.1, within(0.01));
    assertThat(table.overheadMicros()).isCloseTo(40, within(20.));
    assertThat(table.leftOut().medianRelativeError()).isLessThan(0.02);
  }

  @Test
  void aWildMeasurementIsOutvoted() {
    double[][] known = known(40);
    double[] micros = micros(known);
    micros[3] *= 5;
    AdaptedTable table = AdaptedTable.fit(known, micros);
    assertThat(table.weights().get(1)).isCloseTo(0.1, within(0.02));
  }

  @Test
  void weightsAreNeverNegative() {
    double[][] known = known(10);
    double[] micros = known[0].clone();
    for (int i = 0; i < micros.length; i++) {
      micros[i] = 1_000 - known[0][i]; // the opposite of the first device
    }
    AdaptedTable table = AdaptedTable.fit(known, micros);
    assertThat(table.weights()).allMatch(w -> w >= 0);
    assertThat(table.overheadMicros()).isPositive();
  }

  @Test
  void tooFewAreRefused() {
    assertThatThrownBy(() -> AdaptedTable.fit(new double[1][4], new double[4]))
        .hasMessage(
            "4 measured networks are too few to adapt to: at least 5 are needed, ten to fifty are good");
    assertThatThrownBy(() -> AdaptedTable.fit(new double[0][9], new double[9]))
        .hasMessage("at least one known device is needed to adapt");
  }
}
