package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Makes a profile of a device of which a few whole networks were measured, from profiles that are
 * known: a table of which each entry is a weighted sum of theirs ({@link AdaptedTable}). The result
 * says what its error was on each network when that was left out, and which networks would tell
 * most.
 */
public final class ProfileAdaptation {
  /** Networks of which most telling ones are chosen, and those that measurements are set beside. */
  private static final int POPULATION = 2_000;

  private final SearchSpace space;
  private final List<CostModel> known;

  /**
   * A profile and what is known of it.
   *
   * @param profile its entries are modelled
   * @param leftOut the error on each measured network, had it not been used
   * @param next networks of which least is known, the most telling first
   */
  public record Result(HardwareProfile profile, SumError leftOut, List<Architecture> next) {
    public Result {
      next = List.copyOf(next);
    }
  }

  /**
   * Prepares.
   *
   * @param known profiles whose tables hold every operator of the space, at least one
   * @throws dev.espalier.table.MissingOperatorsException if one lacks operators
   */
  public ProfileAdaptation(SearchSpace space, List<HardwareProfile> known) {
    if (known.isEmpty()) {
      throw new IllegalArgumentException("name at least one known profile to adapt");
    }
    this.space = space;
    this.known = known.stream().map(profile -> CostModel.compile(space, profile)).toList();
  }

  /** Which networks to measure first, where none was. */
  public List<Architecture> mostTelling(int count, RandomGenerator random) {
    return mostTelling(List.of(), count, random);
  }

  private List<Architecture> mostTelling(
      List<Architecture> measured, int count, RandomGenerator random) {
    if (count == 0) {
      return List.of();
    }
    int most = space.size().shiftRight(1).min(BigInteger.valueOf(POPULATION)).intValue();
    List<Architecture> sample = AdditivityCheck.sample(space, Math.max(1, most), random);
    List<LatencySource> sources =
        known.stream()
            .<LatencySource>map(
                model ->
                    networks ->
                        networks.stream().mapToDouble(n -> model.latencyMicros().at(n)).toArray())
            .toList();
    AdaptedLatency.Population population =
        new AdaptedLatency.Population(NetworkFeatures.of(space), sources, sample);
    List<Architecture> candidates =
        sample.stream().filter(network -> !measured.contains(network)).toList();
    return population.mostTelling(measured, candidates, Math.min(count, candidates.size()));
  }

  /**
   * Adapts.
   *
   * @param name of the new profile
   * @param described the new device, and how its networks were measured
   * @param measured at least {@value AdaptedTable#FEWEST} networks of the space
   * @param next how many networks to name that would tell most
   * @param date of the fit
   */
  public Result run(
      String name,
      ProfileDescription described,
      NetworkMeasurements measured,
      int next,
      LocalDate date,
      RandomGenerator random) {
    double[] micros = measured.toMicros();
    double[][] sums = new double[known.size()][];
    Arrays.setAll(
        sums,
        d ->
            measured.networks().stream()
                .mapToDouble(network -> known.get(d).sumMicros().at(network))
                .toArray());
    AdaptedTable table = AdaptedTable.fit(sums, micros);
    double[] plain =
        IntStream.range(0, micros.length)
            .mapToDouble(
                n ->
                    IntStream.range(0, sums.length)
                        .mapToDouble(d -> table.weights().get(d) * sums[d][n])
                        .sum())
            .toArray();
    String networks =
        "%d measured networks of %s, each left out in turn"
            .formatted(micros.length, space.family());
    HardwareProfile profile =
        HardwareProfile.builder()
            .name(name)
            .device(described.device())
            .deviceClass(described.deviceClass())
            .runtime(described.runtime())
            .precision(described.precision())
            .memory(described.memory())
            .provenance(
                new Modelled(
                    words(table),
                    "%d whole networks of %s on %s: %s"
                        .formatted(
                            micros.length,
                            space.family(),
                            described.device(),
                            described.provenance().get(0).words()),
                    micros.length,
                    table.leftOut().medianRelativeError(),
                    date))
            .additivity(
                new Additivity(
                    networks,
                    micros.length,
                    new OverheadCorrection(table.overheadMicros(), 1),
                    AdditivityCheck.error(plain, micros),
                    table.leftOut(),
                    date))
            .table(table(table, described))
            .build();
    return new Result(
        profile, table.leftOut(), mostTelling(distinct(measured.networks()), next, random));
  }

  private static List<Architecture> distinct(List<Architecture> networks) {
    return List.copyOf(new TreeSet<>(networks));
  }

  private String words(AdaptedTable table) {
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < known.size(); d++) {
      if (table.weights().get(d) > 0) {
        parts.add(
            String.format(
                Locale.ROOT, "%.4g x %s", table.weights().get(d), known.get(d).profile().name()));
      }
    }
    return "a weighted sum of tables, " + (parts.isEmpty() ? "all 0" : String.join(" + ", parts));
  }

  private LatencyTable table(AdaptedTable weights, ProfileDescription described) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    for (Operator operator : OperatorBenchmark.operators(space)) {
      entries.put(
          operator.withPrecision(described.precision()),
          new LatencyEntry(
              thousandths(micros(weights, operator)),
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              OptionalLong.of(0),
              Origin.MODELLED));
    }
    return LatencyTable.of(entries);
  }

  private double micros(AdaptedTable weights, Operator operator) {
    double sum = 0;
    for (int d = 0; d < known.size(); d++) {
      HardwareProfile profile = known.get(d).profile();
      sum +=
          weights.weights().get(d)
              * profile
                  .table()
                  .find(operator.withPrecision(profile.precision()))
                  .orElseThrow()
                  .micros();
    }
    return sum;
  }

  private static double thousandths(double micros) {
    return Math.round(micros * 1_000) / 1_000.0;
  }
}
