package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.cost.CostModel;
import dev.espalier.cost.TestProfiles;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Precision;
import dev.espalier.profile.SumError;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AdditivityCheckTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final SearchSpace SPACE = TestProfiles.space();
  private static final CostModel MODEL =
      CostModel.compile(
          SPACE,
          TestProfiles.profile(
              TestProfiles.table(TestProfiles.random(1), Precision.FLOAT32), Precision.FLOAT32));

  private static List<Architecture> networks(int count, long seed) {
    return AdditivityCheck.sample(SPACE, count, TestProfiles.random(seed));
  }

  private static AdditivityCheck.Finding run(List<Architecture> networks, NetworkTimer timer) {
    int half = networks.size() / 2;
    return AdditivityCheck.run(
        MODEL,
        networks.subList(0, half),
        networks.subList(half, networks.size()),
        timer,
        new AdditivityCheck.Description("random networks", DAY));
  }

  /** Overhead 20 us, scale 1.5, 1 % noise. */
  private static NetworkTimer noisy(RandomGenerator random) {
    return networks ->
        networks.stream()
            .mapToDouble(
                n -> (20 + 1.5 * MODEL.sumMicros().at(n)) * (1 + 0.01 * random.nextGaussian()))
            .toArray();
  }

  @Test
  void recoversAnOverheadAndStatesBothErrorsOnNetworksKeptOut() {
    for (long seed = 0; seed < 5; seed++) {
      AdditivityCheck.Finding finding =
          run(networks(60, seed), noisy(TestProfiles.random(seed + 100)));
      assertThat(finding.additivity().calibration()).isEqualTo(30);
      assertThat(finding.additivity().correction().scale())
          .as("seed %d", seed)
          .isCloseTo(1.5, within(0.05));
      assertThat(finding.additivity().correction().overheadMicros())
          .as("seed %d", seed)
          .isCloseTo(20, within(3.0));
      SumError plain = finding.additivity().plain();
      SumError corrected = finding.additivity().corrected();
      assertThat(plain.networks()).isEqualTo(30);
      assertThat(plain.withinTenPercent()).as("seed %d", seed).isZero();
      assertThat(plain.medianRatio()).as("seed %d", seed).isGreaterThan(1.5);
      assertThat(corrected.withinTenPercent()).as("seed %d", seed).isEqualTo(1);
      assertThat(corrected.medianRatio()).as("seed %d", seed).isCloseTo(1, within(0.01));
      assertThat(corrected.medianRelativeError()).as("seed %d", seed).isLessThan(0.015);
      assertThat(corrected.spearman()).as("seed %d", seed).isEqualTo(plain.spearman());
    }
  }

  @Test
  void shrugsOffWildCalibrationNetworks() {
    List<Architecture> networks = networks(60, 3);
    NetworkTimer timer = noisy(TestProfiles.random(4));
    AdditivityCheck.Finding finding =
        run(
            networks,
            all -> {
              double[] micros = timer.medianMicros(all);
              for (int i = 0; i < 6; i++) {
                micros[5 * i] *= 10;
              }
              return micros;
            });
    assertThat(finding.additivity().correction().scale()).isCloseTo(1.5, within(0.1));
    assertThat(finding.additivity().corrected().withinTenPercent()).isGreaterThan(0.95);
  }

  @Test
  void keepsEveryComparisonForReports() {
    List<Architecture> networks = networks(12, 5);
    AdditivityCheck.Finding finding = run(networks, noisy(TestProfiles.random(6)));
    assertThat(finding.calibration().networks()).isEqualTo(networks.subList(0, 6));
    assertThat(finding.heldOut().networks()).isEqualTo(networks.subList(6, 12));
    assertThat(finding.heldOut().sumMicros())
        .isEqualTo(networks.subList(6, 12).stream().map(MODEL.sumMicros()::at).toList());
    assertThat(finding.heldOut().measuredMicros()).hasSize(6);
    assertThat(finding.additivity().plain().networks()).isEqualTo(6);
  }

  @Test
  void refusesTooFewNetworks() {
    List<Architecture> networks = networks(9, 1);
    assertThatThrownBy(() -> run(networks, noisy(TestProfiles.random(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "4 networks to calibrate an overhead model and 5 to check it are too few: at least 5 and 5 are needed");
  }

  @Test
  void refusesMeasurementsThatDoNotRiseWithTheSum() {
    List<Architecture> networks = networks(20, 2);
    assertThatThrownBy(
            () ->
                run(
                    networks,
                    all ->
                        all.stream().mapToDouble(n -> 1_000 - MODEL.sumMicros().at(n)).toArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "measured latency does not rise with the sum over operators (slope -1.000 over 10 networks): the table is not of this device, or the machine was too busy to measure");
  }

  @Test
  void drawsDistinctNetworksOrSaysThatThereAreTooFew() {
    List<Architecture> networks = networks(50, 9);
    assertThat(new HashSet<>(networks)).hasSize(50);
    SearchSpace single =
        new OfaMobileNetV3(
            new MobileNetV3Definition(
                List.of(8),
                1,
                8,
                8,
                List.of(new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1))),
                List.of(3),
                List.of(3, 6),
                8,
                8,
                2));
    assertThatThrownBy(() -> AdditivityCheck.sample(single, 3, TestProfiles.random(1)))
        .hasMessage(
            "only 2 distinct networks in 300 draws from a space of 2: ask for fewer than 3");
  }

  @Test
  void spreadsCalibrationFromTheSmallestNetworkToTheLargest() {
    List<Architecture> networks =
        AdditivityCheck.spread(SPACE, MODEL.sumMicros(), 20, TestProfiles.random(3));
    double[] sums = networks.stream().mapToDouble(MODEL.sumMicros()::at).sorted().toArray();
    assertThat(networks).doesNotHaveDuplicates().contains(SPACE.smallest(), SPACE.largest());
    assertThat(sums).hasSizeGreaterThan(15);
    double step = (sums[sums.length - 1] - sums[0]) / 19;
    for (int i = 1; i < sums.length; i++) {
      assertThat(sums[i] - sums[i - 1]).as("gap %d", i).isLessThan(3 * step);
    }
  }

  @Test
  void statesErrorsAsDefined() {
    SumError error =
        AdditivityCheck.error(new double[] {90, 100, 130}, new double[] {100, 100, 100});
    assertThat(error.networks()).isEqualTo(3);
    assertThat(error.withinTenPercent()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(error.medianRatio()).isEqualTo(1);
    assertThat(error.medianRelativeError()).isCloseTo(0.1, within(1e-12));
    assertThat(error.ninetiethPercentileError()).isCloseTo(0.26, within(1e-12));
    assertThat(error.spearman()).isZero();
  }

  @Test
  void fitsALineInSpiteOfWildPoints() {
    double[] x = {1, 2, 3, 4, 5, 6, 7, 8};
    double[] y = {3, 5, 7, 900, 11, 13, 15, 60};
    RelativeLine line = RelativeLine.fit(x, y);
    assertThat(line.intercept()).isCloseTo(1, within(0.05));
    assertThat(line.slope()).isCloseTo(2, within(0.05));
    assertThatThrownBy(() -> RelativeLine.fit(new double[] {2, 2}, new double[] {1, 3}))
        .hasMessage("a line needs two distinct x, found [2.0, 2.0]");
  }
}
