package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.kit.Kit;
import dev.espalier.kit.KitEntries;
import dev.espalier.kit.KitMeasurements;
import dev.espalier.kit.KitMeasurements.Subject;
import dev.espalier.kit.KitModel;
import dev.espalier.kit.KitRole;
import dev.espalier.kit.KitTimings;
import dev.espalier.kit.MeasuredProfile;
import dev.espalier.kit.Timing;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Samples;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.ComputeRate;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.profile.NetworkModel;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Emulated;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Origin;
import dev.espalier.provenance.Provenance;
import dev.espalier.space.Architecture;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.NetworkTable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Makes a profile of what was timed of a kit, or adds it to one.
 *
 * <p>Numbers that only another unit, clock or device explains are refused. A profile that is added
 * to keeps what it has of other operators; its date becomes that of the last measurement, its
 * method names all. A record of additivity is made once every operator of the kit's space and
 * enough of its whole networks are measured; one that is there already is kept only while no
 * operator's number changes.
 */
public final class KitIngest {
  /** Two units are a factor of 1,000 apart, and nothing else is more than this. */
  private static final double UNIT = 20;

  private static final double CLOCK_TOLERANCE = 0.1;

  private final Kit kit;
  private final String name;
  private final ProfileDescription description;
  private final Optional<MeasuredProfile> before;

  /**
   * What came of it.
   *
   * @param profile to be written
   * @param added operators that the profile did not have
   * @param replaced operators whose number is another one now
   * @param waiting operators that were measured and wait for the empty run of their input
   * @param missing operators of the kit's space that the profile lacks, those waiting included
   * @param sums what is known of whole networks, in words
   */
  public record Result(
      MeasuredProfile profile,
      List<Operator> added,
      List<Operator> replaced,
      List<Operator> waiting,
      List<Operator> missing,
      String sums) {
    public Result {
      added = List.copyOf(added);
      replaced = List.copyOf(replaced);
      waiting = List.copyOf(waiting);
      missing = List.copyOf(missing);
    }
  }

  /**
   * Prepares.
   *
   * @param name of the profile
   * @param description of the device and of how it was measured
   * @param before the profile to add to, where there is one
   * @throws IllegalArgumentException if they do not go together, naming each difference
   */
  public KitIngest(
      Kit kit, String name, ProfileDescription description, Optional<MeasuredProfile> before) {
    this.kit = kit;
    this.name = HardwareProfile.requireName(name);
    this.description = description;
    this.before = before;
    if (description.precision() != kit.precision()) {
      throw new IllegalArgumentException(
          "the kit's models are %s and the description says precision %s: describe what was run"
              .formatted(
                  kit.precision().name().toLowerCase(Locale.ROOT),
                  description.precision().name().toLowerCase(Locale.ROOT)));
    }
    if (provenance().origin() == Origin.MODELLED) {
      throw new IllegalArgumentException(
          "results of a kit are measured or emulated, and the description says modelled");
    }
    before.ifPresent(b -> requireSameDevice(b.profile()));
  }

  private Provenance provenance() {
    return description.provenance().get(0);
  }

  private void requireSameDevice(HardwareProfile profile) {
    List<String> differences = new ArrayList<>();
    differ(differences, "device", profile.device(), description.device());
    differ(differences, "class", profile.deviceClass(), description.deviceClass());
    differ(differences, "runtime", profile.runtime(), description.runtime());
    differ(differences, "precision", profile.precision(), description.precision());
    for (Provenance earlier : profile.provenance()) {
      if (earlier instanceof Measured was && provenance() instanceof Measured is) {
        differ(differences, "provenance.measured.device", was.device(), is.device());
        differ(differences, "provenance.measured.runtime", was.runtime(), is.runtime());
        differ(
            differences,
            "provenance.measured.runtimeVersion",
            was.runtimeVersion(),
            is.runtimeVersion());
        differ(differences, "provenance.measured.batch", was.batch(), is.batch());
        differ(differences, "provenance.measured.threads", was.threads(), is.threads());
        if (!near(was.clockMegahertz(), is.clockMegahertz())) {
          differ(
              differences,
              "provenance.measured.clockMegahertz",
              was.clockMegahertz(),
              is.clockMegahertz());
        }
      } else if (earlier instanceof Emulated
          && !earlier.equals(provenance())
          && provenance().origin() == Origin.EMULATED) {
        differ(differences, "provenance.emulated", earlier.words(), provenance().words());
      }
    }
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "profile %s is of other measurements than the description: %s; choose another --name, or mend the description"
              .formatted(profile.name(), String.join("; ", differences)));
    }
  }

  private static void differ(List<String> differences, String what, Object was, Object is) {
    if (!was.equals(is)) {
      differences.add("%s is '%s' there and '%s' here".formatted(what, text(was), text(is)));
    }
  }

  private static String text(Object value) {
    if (value instanceof OptionalInt number) {
      return number.isPresent() ? String.valueOf(number.getAsInt()) : "not stated";
    }
    return value instanceof Enum<?> e ? e.name().toLowerCase(Locale.ROOT) : value.toString();
  }

  /** Clocks as machines tell them waver. */
  private static boolean near(OptionalInt was, OptionalInt is) {
    return was.isEmpty()
        || is.isEmpty()
        || Math.abs(was.getAsInt() - is.getAsInt()) <= CLOCK_TOLERANCE * was.getAsInt();
  }

  /**
   * Adds timings.
   *
   * @throws IllegalArgumentException if they cannot be in the unit they are said to be in, or no
   *     operator can be used yet
   */
  public Result add(KitTimings timings) {
    requirePlausibleRate(timings);
    KitMeasurements measurements =
        before
            .map(MeasuredProfile::measurements)
            .orElse(KitMeasurements.NONE)
            .with(kit, timings.timings());
    KitEntries entries = KitEntries.of(measurements, provenance().origin());
    Map<Operator, LatencyEntry> old =
        before.map(b -> b.profile().table().entries()).orElse(Map.of());
    Map<Operator, LatencyEntry> all = new LinkedHashMap<>(old);
    List<Operator> added = new ArrayList<>();
    List<Operator> replaced = new ArrayList<>();
    entries
        .entries()
        .forEach(
            (operator, entry) -> {
              LatencyEntry earlier = all.put(operator, entry);
              if (earlier == null) {
                added.add(operator);
              } else if (!earlier.equals(entry)) {
                replaced.add(operator);
              }
            });
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "no operator can be used yet (%d were measured without the empty run of their input), and a profile needs one: ingest these results again together with those of an operator and of its empty run"
              .formatted(entries.waiting().size()));
    }
    requireLikeBefore(replaced, old, entries.entries());
    LatencyTable table = LatencyTable.of(all);
    requireLikeSums(timings, table, measurements);
    List<Operator> missing =
        table.missing(
            OperatorBenchmark.operators(kit.space()).stream()
                .map(o -> o.withPrecision(kit.precision()))
                .toList());
    HardwareProfile.Builder builder = builder(table);
    before.flatMap(b -> b.profile().source()).ifPresent(builder::source);
    Optional<Additivity> kept =
        before.flatMap(b -> b.profile().additivity()).filter(a -> replaced.isEmpty());
    Sums sums = sums(builder.build(), measurements, missing);
    sums.additivity.or(() -> kept).ifPresent(builder::additivity);
    return new Result(
        new MeasuredProfile(builder.build(), measurements),
        added,
        replaced,
        entries.waiting(),
        missing,
        sums.words
            + (sums.additivity.isEmpty() && kept.isPresent() ? "; the earlier record is kept" : "")
            + (sums.additivity.isEmpty()
                    && kept.isEmpty()
                    && before.flatMap(b -> b.profile().additivity()).isPresent()
                ? "; the earlier record was of other numbers and is dropped"
                : ""));
  }

  private HardwareProfile.Builder builder(LatencyTable table) {
    HardwareProfile.Builder builder =
        HardwareProfile.builder()
            .name(name)
            .device(description.device())
            .deviceClass(description.deviceClass())
            .runtime(description.runtime())
            .precision(description.precision())
            .memory(
                description.memory().equals(MemoryLimits.UNKNOWN)
                    ? before.map(b -> b.profile().memory()).orElse(MemoryLimits.UNKNOWN)
                    : description.memory())
            .table(table);
    Optional<NetworkTable> networks = before.flatMap(b -> b.profile().networks());
    networks.ifPresent(builder::networks);
    Optional<NetworkModel> model = before.flatMap(b -> b.profile().networkModel());
    model.ifPresentOrElse(
        builder::networkModel,
        () -> before.flatMap(b -> b.profile().networkError()).ifPresent(builder::networkError));
    Map<Origin, Provenance> origins = new LinkedHashMap<>();
    before.ifPresent(b -> b.profile().provenance().forEach(p -> origins.put(p.origin(), p)));
    origins.merge(provenance().origin(), withMethod(provenance()), KitIngest::merged);
    // An origin whose last entry was replaced is none of the profile's any more.
    origins.values().stream()
        .filter(
            p ->
                table.entries().values().stream().anyMatch(e -> e.origin() == p.origin())
                    || networks.filter(n -> n.origins().containsKey(p.origin())).isPresent()
                    || (model.isPresent() && p.origin() == Origin.MODELLED))
        .forEach(builder::provenance);
    return builder;
  }

  private static Provenance withMethod(Provenance provenance) {
    if (provenance instanceof Measured m && !m.method().contains(OperatorBenchmark.FIXED_COST)) {
      return withMethod(m, m.date(), m.method() + "; " + OperatorBenchmark.FIXED_COST);
    }
    return provenance;
  }

  private static Measured withMethod(Measured m, LocalDate date, String method) {
    return new Measured(
        m.device(),
        m.runtime(),
        m.runtimeVersion(),
        m.precision(),
        m.batch(),
        m.threads(),
        m.clockMegahertz(),
        date,
        method);
  }

  private static Provenance merged(Provenance earlier, Provenance later) {
    if (earlier instanceof Measured was && later instanceof Measured is) {
      return withMethod(
          is,
          was.date().isAfter(is.date()) ? was.date() : is.date(),
          was.method().contains(is.method()) ? was.method() : was.method() + "; or " + is.method());
    }
    return later;
  }

  /** The unit shows in how much a device is said to compute in a second. */
  private void requirePlausibleRate(KitTimings timings) {
    double[] rates =
        timings.timings().entrySet().stream()
            .filter(e -> e.getKey().role() == KitRole.OPERATOR)
            .mapToDouble(e -> Operator.parse(e.getKey().subject()).macs() / e.getValue().micros())
            .toArray();
    ComputeRate.implausible(description.deviceClass(), rates)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
  }

  private void requireLikeBefore(
      List<Operator> replaced,
      Map<Operator, LatencyEntry> old,
      Map<Operator, LatencyEntry> entries) {
    double[] ratios =
        replaced.stream()
            .filter(o -> old.get(o).micros() > 0 && entries.get(o).micros() > 0)
            .mapToDouble(o -> entries.get(o).micros() / old.get(o).micros())
            .toArray();
    if (ratios.length > 0) {
      requireSameUnit(
          Samples.of(ratios).median(),
          "%d operators that profile %s has already".formatted(ratios.length, name),
          "their latency there",
          "check the unit of the results, or remove the profile if it is what is wrong");
    }
  }

  private void requireLikeSums(
      KitTimings timings, LatencyTable table, KitMeasurements measurements) {
    double[] fixed =
        measurements.timings().entrySet().stream()
            .filter(e -> e.getKey().role() == KitRole.EMPTY)
            .mapToDouble(e -> e.getValue().micros())
            .toArray();
    double empty = fixed.length == 0 ? 0 : Samples.of(fixed).median();
    double[] ratios =
        timings.timings().entrySet().stream()
            .filter(e -> e.getKey().role().network())
            .map(
                e -> {
                  OptionalDouble sum = sum(e.getKey(), table);
                  return sum.isPresent()
                      ? e.getValue().micros() / (empty + sum.getAsDouble())
                      : Double.NaN;
                })
            .mapToDouble(d -> d)
            .filter(ratio -> ratio > 0 && Double.isFinite(ratio))
            .toArray();
    if (ratios.length > 0) {
      requireSameUnit(
          Samples.of(ratios).median(),
          "%d whole networks".formatted(ratios.length),
          "the sum over their operators",
          "check the unit of the results");
    }
  }

  private OptionalDouble sum(KitModel network, LatencyTable table) {
    double sum = 0;
    for (Operator operator : kit.space().lower(kit.space().parse(network.subject()))) {
      Optional<LatencyEntry> entry = table.find(operator.withPrecision(kit.precision()));
      if (entry.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += entry.get().micros();
    }
    return OptionalDouble.of(sum);
  }

  private static void requireSameUnit(double ratio, String what, String than, String remedy) {
    if (ratio > UNIT || ratio < 1 / UNIT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s take %.3g times %s in the median: more than a factor of %.0f is another unit, clock or device; %s",
              what,
              ratio,
              than,
              UNIT,
              remedy));
    }
  }

  /** What was found of whole networks, and in words what was, or why nothing. */
  private record Sums(Optional<Additivity> additivity, String words) {}

  private Sums sums(HardwareProfile profile, KitMeasurements measurements, List<Operator> missing) {
    Map<Architecture, Double> calibration = measured(KitRole.CALIBRATION, measurements);
    Map<Architecture, Double> heldOut = measured(KitRole.PROBE, measurements);
    if (!missing.isEmpty()
        || calibration.size() < AdditivityCheck.FEWEST_CALIBRATION
        || heldOut.size() < AdditivityCheck.FEWEST_HELD_OUT) {
      return new Sums(
          Optional.empty(),
          "not compared with whole networks yet: %d of %d calibration networks and %d of %d probes are measured (%d and %d are needed), %d operators are missing"
              .formatted(
                  calibration.size(),
                  kit.models(KitRole.CALIBRATION).size(),
                  heldOut.size(),
                  kit.models(KitRole.PROBE).size(),
                  AdditivityCheck.FEWEST_CALIBRATION,
                  AdditivityCheck.FEWEST_HELD_OUT,
                  missing.size()));
    }
    Map<Architecture, Double> both = new LinkedHashMap<>(calibration);
    both.putAll(heldOut);
    try {
      Additivity additivity =
          AdditivityCheck.run(
                  CostModel.ofOperators(kit.space(), profile),
                  List.copyOf(calibration.keySet()),
                  List.copyOf(heldOut.keySet()),
                  networks -> networks.stream().mapToDouble(both::get).toArray(),
                  new AdditivityCheck.Description(
                      "random architectures of %s, random weights".formatted(kit.space().family()),
                      date()))
              .additivity();
      return new Sums(Optional.of(additivity), additivity.words());
    } catch (IllegalArgumentException e) {
      return new Sums(Optional.empty(), "no record: " + e.getMessage());
    }
  }

  private LocalDate date() {
    Provenance provenance = provenance();
    if (provenance instanceof Measured measured) {
      return measured.date();
    }
    return ((Emulated) provenance).date();
  }

  private Map<Architecture, Double> measured(KitRole role, KitMeasurements measurements) {
    Map<Architecture, Double> measured = new LinkedHashMap<>();
    for (KitModel model : kit.models(role)) {
      Timing timing = measurements.timings().get(Subject.of(kit, model));
      if (timing != null) {
        measured.put(kit.space().parse(model.subject()), timing.micros());
      }
    }
    return measured;
  }
}
