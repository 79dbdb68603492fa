package dev.espalier.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoostedTreesTest {
  private static final BoostedTrees.Settings SETTINGS =
      new BoostedTrees.Settings(3, 0.8, 200, 8, 3, 0.1, 1);

  private static Rows rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[count * 4];
    double[] features = new double[count * 3];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(4);
    }
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextDouble();
    }
    return new Rows(count, codes, features, new double[0]);
  }

  /** Steps and an interaction of decisions, which smooth functions find hard. */
  private static double[] steps(Rows rows) {
    double[] values = new double[rows.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          (rows.feature(i, 0) > 0.3 ? 2 : 0)
              + (rows.code(i, 1) == 2 && rows.code(i, 3) == 1 ? 5 : 0)
              + rows.code(i, 0);
    }
    return values;
  }

  @Test
  void stepsAndInteractionsAreFound() {
    Rows fitted = rows(800, 1);
    Rows others = rows(300, 2);
    double[] predicted = BoostedTrees.fit(SETTINGS, fitted, steps(fitted)).predict(others);
    assertThat(MeanError.of(predicted, steps(others))).isLessThan(0.3);
  }

  @Test
  void outliersHardlyMoveWhatIsPredicted() {
    Rows fitted = rows(800, 3);
    double[] values = steps(fitted);
    for (int i = 0; i < values.length; i += 20) {
      values[i] += 1_000;
    }
    Rows others = rows(300, 4);
    double[] predicted = BoostedTrees.fit(SETTINGS, fitted, values).predict(others);
    assertThat(MeanError.of(predicted, steps(others))).isLessThan(0.4);
  }

  @Test
  void theSameSeedGivesTheSameTreesAndAnotherOthers() {
    Rows rows = rows(100, 5);
    double[] values = steps(rows);
    double[] once = BoostedTrees.fit(SETTINGS, rows, values).predict(rows);
    assertThat(BoostedTrees.fit(SETTINGS, rows, values).predict(rows)).isEqualTo(once);
    BoostedTrees.Settings other = new BoostedTrees.Settings(3, 0.8, 200, 8, 3, 0.1, 2);
    assertThat(BoostedTrees.fit(other, rows, values).predict(rows)).isNotEqualTo(once);
  }

  @Test
  void oneRowIsItsOwnPredictionAndUnknownOptionsDoNoHarm() {
    Rows one = new Rows(1, new byte[] {0}, new double[] {0.5}, new double[0]);
    BoostedTrees trees = BoostedTrees.fit(SETTINGS, one, new double[] {7});
    Rows unknown = new Rows(1, new byte[] {9}, new double[] {-3}, new double[0]);
    assertThat(trees.predict(unknown)).containsExactly(7);
  }

  @Test
  void settingsThatGrowNothingAreRefused() {
    assertThatThrownBy(() -> new BoostedTrees.Settings(1, 0, 1, 1, 1, 1, 1))
        .hasMessageContaining("leaves 1 at least 2, share 0.0");
  }
}
