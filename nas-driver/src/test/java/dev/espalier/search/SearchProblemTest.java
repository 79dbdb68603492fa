package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SearchProblemTest {
  private final SearchSpace space = SyntheticSpaces.small();
  private final AdditiveFunction macs = SyntheticSpaces.macs(space);

  @Test
  void refusesABudgetThatLimitsNothingOrTwice() {
    assertThatThrownBy(() -> new Budget("fast", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("budget fast limits nothing; give it at least one constraint");
    Constraint limit = new Constraint(Quantity.LATENCY, 900);
    assertThatThrownBy(() -> new Budget("fast", List.of(limit, limit)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("budget fast limits latency twice: [latency ≤ 900 µs, latency ≤ 900 µs]");
    assertThatThrownBy(() -> new Constraint(Quantity.LATENCY, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a limit on latency must be a positive number of µs, found -1.0");
  }

  @Test
  void refusesABudgetOnAQuantityWithoutModel() {
    assertThatThrownBy(
            () ->
                new SearchTarget(
                    "host",
                    Quantity.MACS,
                    Map.of(Quantity.MACS, macs),
                    List.of(Budget.atMost("fast", Quantity.LATENCY, 900))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "target host, budget fast: no cost model for latency; there are models for [MACS]");
  }

  @Test
  void refusesACostModelOfAnotherSpace() {
    SearchSpace other = SyntheticSpaces.realSize();
    SearchTarget target =
        new SearchTarget(
            "host", Quantity.MACS, Map.of(Quantity.MACS, SyntheticSpaces.macs(other)), List.of());
    SearchSettings settings = SearchSettings.builder().build();
    assertThatThrownBy(() -> new SearchProblem(space, List.of(target), Optional.empty(), settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "target host, macs was compiled for another search space; compile it for this one (ofa-mobilenetv3 of 13 decisions)");
  }

  @Test
  void refusesAWarmStartThatIsNotCanonical() {
    byte[] code = space.smallest().toBytes();
    code[5] = 1;
    SearchTarget target =
        new SearchTarget("host", Quantity.MACS, Map.of(Quantity.MACS, macs), List.of());
    SearchSettings settings =
        SearchSettings.builder().warmStart(List.of(Architecture.ofCanonical(code))).build();
    assertThatThrownBy(() -> new SearchProblem(space, List.of(target), Optional.empty(), settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("warm start: 00000000000100000000000000 is not a canonical code of the space");
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatThrownBy(() -> SearchSettings.builder().population(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("population must be at least 2, found 1");
    assertThatThrownBy(() -> SearchSettings.builder().mutation(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mutation must be a probability between 0 and 1, found 1.5");
  }

  @Test
  void sharesOneColumnBetweenTargetsWithTheSameFunction() {
    SearchTarget one =
        new SearchTarget("one", Quantity.MACS, SyntheticSpaces.costs(space, 1), List.of());
    SearchTarget two =
        new SearchTarget(
            "two",
            Quantity.LATENCY,
            Map.of(
                Quantity.LATENCY,
                SyntheticSpaces.latency(space, 2),
                Quantity.MACS,
                one.costs().get(Quantity.MACS)),
            List.of(Budget.atMost("small", Quantity.MACS, 1e6)));
    CostColumns columns = CostColumns.of(List.of(one, two));
    assertThat(columns.count()).isEqualTo(2);
    assertThat(columns.column(1, Quantity.MACS)).isEqualTo(columns.column(0, Quantity.MACS));
    double[] row = new double[2];
    columns.costs(space.largest().toBytes(), 1, row);
    assertThat(row[columns.column(1, Quantity.LATENCY)])
        .isEqualTo(two.costs().get(Quantity.LATENCY).at(space.largest()));
  }

  @Test
  void costsThatDecideNothingHaveNoColumn() {
    SearchTarget target =
        new SearchTarget("one", Quantity.MACS, SyntheticSpaces.costs(space, 1), List.of());
    CostColumns columns = CostColumns.of(List.of(target));
    assertThat(columns.count()).isEqualTo(1);
    assertThatThrownBy(() -> columns.column(0, Quantity.LATENCY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("target 0 has no column of latency: it is neither its objective nor limited");
  }

  @Test
  void refusesAFrontOverWhatIsNoSum() {
    MaxFunction peak = MaxFunction.compile(space, (slot, code) -> slot);
    assertThatThrownBy(
            () ->
                new SearchTarget(
                    "host", Quantity.PEAK_MEMORY, Map.of(Quantity.PEAK_MEMORY, peak), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "target host: its front is over peak-memory, which is no sum over operators; limit it, and take the front over another quantity");
  }

  @Test
  void ofAskedAndDeviceLimitsTheTighterStays() {
    Constraint device = new Constraint(Quantity.PEAK_MEMORY, 1000, "sram of profile x");
    Constraint latency = new Constraint(Quantity.LATENCY, 5);
    for (double asked : new double[] {500, 1000, 2000}) {
      Constraint peak = new Constraint(Quantity.PEAK_MEMORY, asked);
      Budget budget = new Budget("b", List.of(latency, peak)).within(List.of(device));
      assertThat(budget.constraints())
          .isEqualTo(asked <= 1000 ? List.of(latency, peak) : List.of(device, latency));
      assertThat(budget.within(List.of(device))).isEqualTo(budget);
    }
  }

  @Test
  void roundsALeastCostUpSoThatALimitOfWhatIsShownAdmitsIt() {
    assertThat(Quantity.LATENCY.formatAtLeast(812.34501)).isEqualTo("812.346 µs");
    assertThat(Quantity.LATENCY.format(812.34501)).isEqualTo("812.345 µs");
    assertThat(Quantity.MACS.formatAtLeast(2_912_345)).isEqualTo("2912345 MACs");
  }
}
