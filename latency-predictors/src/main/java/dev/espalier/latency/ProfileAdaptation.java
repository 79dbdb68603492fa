package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.NetworkError;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.provenance.Provenance;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.NetworkTable;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Makes a profile of a device of which a few whole networks were measured, from profiles that are
 * known. Where the space's networks can be listed, such as NAS-Bench-201's, each takes what {@link
 * AdaptedLatency} says, and those measured what was measured; elsewhere the profile is a table of
 * which each entry is a weighted sum of the known ones ({@link AdaptedTable}). The result says what
 * its error was on each network when that was left out, and which networks would tell most.
 */
public final class ProfileAdaptation {
  /** Networks of which most telling ones are chosen, and those that measurements are set beside. */
  private static final int POPULATION = 2_000;

  private final SearchSpace space;
  private final List<HardwareProfile> profiles;
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
   * @param known profiles that hold every operator of the space, or all its networks, at least one
   * @throws dev.espalier.table.MissingOperatorsException if one lacks operators
   * @throws IllegalArgumentException if one knows whole networks, and not all of this space
   */
  public ProfileAdaptation(SearchSpace space, List<HardwareProfile> known) {
    if (known.isEmpty()) {
      throw new IllegalArgumentException("name at least one known profile to adapt");
    }
    this.space = space;
    this.profiles = List.copyOf(known);
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
    List<Architecture> sample = sample(random);
    AdaptedLatency.Population population = population(sample);
    List<Architecture> candidates =
        sample.stream().filter(network -> !measured.contains(network)).toList();
    return population.mostTelling(measured, candidates, Math.min(count, candidates.size()));
  }

  private List<Architecture> sample(RandomGenerator random) {
    int most = space.size().shiftRight(1).min(BigInteger.valueOf(POPULATION)).intValue();
    return AdditivityCheck.sample(space, Math.max(1, most), random);
  }

  private AdaptedLatency.Population population(List<Architecture> sample) {
    List<LatencySource> sources =
        known.stream()
            .<LatencySource>map(
                model ->
                    networks ->
                        networks.stream().mapToDouble(n -> model.latencyMicros().at(n)).toArray())
            .toList();
    return new AdaptedLatency.Population(NetworkFeatures.of(space), sources, sample);
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
    HardwareProfile profile =
        CostModel.holdsWholeNetworks(space)
            ? networks(name, described, measured, date, random)
            : sums(name, described, measured, date);
    SumError leftOut =
        profile
            .networkError()
            .map(NetworkError::error)
            .orElseGet(() -> profile.additivity().orElseThrow().corrected());
    return new Result(profile, leftOut, mostTelling(distinct(measured.networks()), next, random));
  }

  private HardwareProfile networks(
      String name,
      ProfileDescription described,
      NetworkMeasurements measured,
      LocalDate date,
      RandomGenerator random) {
    NetworkProfile.require(space, described);
    Provenance source = described.provenance().get(0);
    // A network that was measured twice must not tell of itself when it is left out.
    NetworkTable own = measured.table(space, source.origin());
    List<Architecture> networks = List.copyOf(own.entries().keySet());
    AdaptedLatency adapted =
        AdaptedLatency.fit(
            population(sample(random)),
            networks,
            networks.stream().mapToDouble(own::micros).toArray());
    List<Architecture> others = own.missing(NetworkTable.MOST);
    double[] micros = adapted.micros(others);
    Map<Architecture, LatencyEntry> entries = new TreeMap<>(own.entries());
    for (int i = 0; i < micros.length; i++) {
      entries.put(others.get(i), modelled(micros[i]));
    }
    String heldOut = "each of %d measured networks left out in turn".formatted(networks.size());
    return HardwareProfile.builder()
        .name(name)
        .description(described)
        .provenance(
            new Modelled(
                "a Gaussian process over what networks take by "
                    + String.join(", ", profiles.stream().map(HardwareProfile::name).toList()),
                "%d whole networks of %s on %s: %s"
                    .formatted(networks.size(), space.family(), described.device(), source.words()),
                networks.size(),
                adapted.leftOut().medianRelativeError(),
                date))
        .networks(NetworkTable.of(space, entries))
        .networkError(new NetworkError(heldOut, adapted.leftOut()))
        .build();
  }

  /**
   * A table that is a weighted sum of the known ones, and an overhead; whatever the space.
   *
   * @param measured at least {@value AdaptedTable#FEWEST} networks of the space
   * @param date of the fit
   * @throws dev.espalier.table.MissingOperatorsException if a known profile lacks operators
   */
  public HardwareProfile sums(
      String name, ProfileDescription described, NetworkMeasurements measured, LocalDate date) {
    List<CostModel> tables =
        profiles.stream().map(profile -> CostModel.ofOperators(space, profile)).toList();
    double[] micros = measured.toMicros();
    double[][] sums = new double[tables.size()][];
    Arrays.setAll(
        sums,
        d ->
            measured.networks().stream()
                .mapToDouble(network -> tables.get(d).sumMicros().at(network))
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
    return HardwareProfile.builder()
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
  }

  private static List<Architecture> distinct(List<Architecture> networks) {
    return List.copyOf(new TreeSet<>(networks));
  }

  private String words(AdaptedTable table) {
    List<String> parts = new ArrayList<>();
    for (int d = 0; d < profiles.size(); d++) {
      if (table.weights().get(d) > 0) {
        parts.add(
            String.format(
                Locale.ROOT, "%.4g x %s", table.weights().get(d), profiles.get(d).name()));
      }
    }
    return "a weighted sum of tables, " + (parts.isEmpty() ? "all 0" : String.join(" + ", parts));
  }

  private LatencyTable table(AdaptedTable weights, ProfileDescription described) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    for (Operator operator : OperatorBenchmark.operators(space)) {
      entries.put(
          operator.withPrecision(described.precision()),
          modelled(thousandths(micros(weights, operator))));
    }
    return LatencyTable.of(entries);
  }

  private static LatencyEntry modelled(double micros) {
    return new LatencyEntry(
        micros,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.of(0),
        Origin.MODELLED);
  }

  private double micros(AdaptedTable weights, Operator operator) {
    double sum = 0;
    for (int d = 0; d < profiles.size(); d++) {
      HardwareProfile profile = profiles.get(d);
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
