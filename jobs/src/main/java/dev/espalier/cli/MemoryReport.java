package dev.espalier.cli;

import dev.espalier.cost.CostModel;
import dev.espalier.memory.Execution;
import dev.espalier.memory.OperatorMemory;
import dev.espalier.memory.PatchSchedule;
import dev.espalier.memory.PeakMemory;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The memory of one architecture on a target, and what patches make of it.
 *
 * @param execution how the target runs it
 * @param peak on whole maps
 * @param weightBytes of weights and biases
 * @param sramBytes that the target has, where known
 * @param flashBytes that the target has, where known
 * @param patches the schedule found, where one was looked for
 */
record MemoryReport(
    Execution execution,
    PeakMemory peak,
    long weightBytes,
    OptionalLong sramBytes,
    OptionalLong flashBytes,
    Optional<Patched> patches) {

  /** When a schedule with patches is looked for. */
  enum Patches {
    ALWAYS,
    /** Only where the peak on whole maps exceeds the SRAM. */
    WHERE_NEEDED
  }

  /** A schedule and the latency it may have; empty where whole networks alone are known. */
  record Patched(PatchSchedule schedule, OptionalDouble estimatedMicros) {}

  /**
   * Of an architecture; empty where the space does not say what its operators read.
   *
   * <p>Patches are looked for where operators are a chain. They are those that compute least within
   * the SRAM, where there are such and they are needed, and those of the least peak otherwise.
   */
  static Optional<MemoryReport> of(
      SearchSpace space, Architecture architecture, CostModel cost, Patches wanted) {
    List<Operator> network = space.lower(architecture);
    Execution execution = Execution.of(cost.profile().deviceClass(), cost.profile().precision());
    Precision precision = execution.precision();
    if (!PeakMemory.known(space, architecture)) {
      return Optional.empty();
    }
    boolean chain = network.stream().allMatch(OperatorMemory::known);
    PeakMemory peak = PeakMemory.of(space, architecture, execution);
    OptionalLong sram = cost.profile().memory().sramBytes();
    boolean tooLarge = sram.isPresent() && peak.bytes() > sram.getAsLong();
    Optional<Patched> patched = Optional.empty();
    if (chain && (tooLarge || wanted == Patches.ALWAYS)) {
      PatchSchedule schedule =
          (tooLarge
                  ? PatchSchedule.leastMacs(network, precision, sram.getAsLong())
                  : Optional.<PatchSchedule>empty())
              .orElseGet(() -> PatchSchedule.leastPeak(network, precision));
      patched = Optional.of(new Patched(schedule, estimate(network, architecture, cost, schedule)));
    }
    long weights = network.stream().mapToLong(execution::weightBytes).sum();
    return Optional.of(
        new MemoryReport(
            execution, peak, weights, sram, cost.profile().memory().flashBytes(), patched));
  }

  /**
   * The whole latency, grown as the sum of the table's entries grows; empty where it is no sum of
   * them.
   */
  private static OptionalDouble estimate(
      List<Operator> network, Architecture architecture, CostModel cost, PatchSchedule schedule) {
    if (cost.network(architecture).isPresent()) {
      return OptionalDouble.empty();
    }
    double micros =
        schedule.estimatedMicros(
            network,
            operator ->
                cost.profile()
                    .table()
                    .find(operator.withPrecision(cost.profile().precision()))
                    .orElseThrow()
                    .micros());
    return OptionalDouble.of(
        cost.latencyMicros().at(architecture) * micros / cost.sumMicros().at(architecture));
  }

  /** For people: a line for each, in the columns of {@code predict}. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String format = execution.precision().name().toLowerCase(Locale.ROOT);
    lines.add(
        "peak memory   %s of %s%s"
            .formatted(
                bytes(peak.bytes()), execution.words(), against(peak.bytes(), sramBytes, "SRAM")));
    lines.add("              " + peak.words());
    patches.ifPresent(
        patched -> {
          PatchSchedule schedule = patched.schedule();
          lines.add(
              "with patches  %s%s"
                  .formatted(
                      bytes(schedule.peakBytes()),
                      against(schedule.peakBytes(), sramBytes, "SRAM")));
          lines.add(
              schedule.grid() == 1
                  ? "              no grid of patches needs less than whole maps"
                  : "              %s; %s"
                      .formatted(schedule.words(), time(patched.estimatedMicros())));
        });
    lines.add(
        "weight memory %s in %s%s"
            .formatted(bytes(weightBytes), format, against(weightBytes, flashBytes, "flash")));
    return lines;
  }

  private static String time(OptionalDouble micros) {
    return micros.isPresent()
        ? "about %.1f us, an estimate: each operator's time grown as its MACs"
            .formatted(micros.getAsDouble())
        : "its time is not known: the profile knows whole networks only";
  }

  private static String against(long bytes, OptionalLong limit, String what) {
    return limit.isEmpty()
        ? ""
        : ", %s the %s of %s"
            .formatted(
                bytes <= limit.getAsLong() ? "within" : "beyond", bytes(limit.getAsLong()), what);
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
  }

  /** For programs. */
  Map<String, Object> tree() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("precision", execution.precision().name().toLowerCase(Locale.ROOT));
    tree.put("peakBytes", peak.bytes());
    tree.put(
        "peakAt",
        Map.of("slot", peak.slot(), "operator", peak.operator().key(), "part", peak.part()));
    tree.put("weightBytes", weightBytes);
    sramBytes.ifPresent(bytes -> tree.put("sramBytes", bytes));
    flashBytes.ifPresent(bytes -> tree.put("flashBytes", bytes));
    patches.ifPresent(
        patched -> {
          Map<String, Object> schedule = new TreeMap<>();
          schedule.put("operators", patched.schedule().operators());
          schedule.put("grid", patched.schedule().grid());
          schedule.put("peakBytes", patched.schedule().peakBytes());
          schedule.put("recomputedMacs", patched.schedule().recomputedMacs());
          patched
              .estimatedMicros()
              .ifPresent(micros -> schedule.put("estimatedLatencyMicros", micros));
          tree.put("patches", schedule);
        });
    return tree;
  }
}
