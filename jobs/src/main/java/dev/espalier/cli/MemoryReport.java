package dev.espalier.cli;

import dev.espalier.cost.CostModel;
import dev.espalier.memory.Execution;
import dev.espalier.memory.OperatorMemory;
import dev.espalier.memory.PatchSchedule;
import dev.espalier.memory.PatchedStart;
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

  /**
   * What patches make of it.
   *
   * @param words which they are; empty where no grid needs less than whole maps
   * @param first operators, or kernels of emitted C, that run on patches
   * @param grid patches along each side
   * @param estimatedMicros the latency it may have; empty where whole networks alone are known
   */
  record Patched(
      String words,
      int first,
      int grid,
      long peakBytes,
      long recomputedMacs,
      OptionalDouble estimatedMicros) {}

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
    if (!PeakMemory.known(space, architecture)) {
      return Optional.empty();
    }
    boolean chain = network.stream().allMatch(OperatorMemory::known);
    PeakMemory peak = PeakMemory.of(space, architecture, execution);
    OptionalLong sram = cost.profile().memory().sramBytes();
    boolean tooLarge = sram.isPresent() && peak.bytes() > sram.getAsLong();
    Optional<Patched> patched = Optional.empty();
    if (chain && (tooLarge || wanted == Patches.ALWAYS)) {
      OptionalLong limit = tooLarge ? sram : OptionalLong.empty();
      patched =
          execution instanceof Execution.EmittedC
              ? PatchedStart.of(space).map(start -> ofC(start, architecture, cost, limit))
              : Optional.of(nodeByNode(network, architecture, cost, limit));
    }
    long weights = network.stream().mapToLong(execution::weightBytes).sum();
    return Optional.of(
        new MemoryReport(
            execution, peak, weights, sram, cost.profile().memory().flashBytes(), patched));
  }

  private static Patched nodeByNode(
      List<Operator> network, Architecture architecture, CostModel cost, OptionalLong limit) {
    Precision precision = cost.profile().precision();
    PatchSchedule schedule =
        (limit.isPresent()
                ? PatchSchedule.leastMacs(network, precision, limit.getAsLong())
                : Optional.<PatchSchedule>empty())
            .orElseGet(() -> PatchSchedule.leastPeak(network, precision));
    return new Patched(
        schedule.grid() == 1 ? "" : schedule.words(),
        schedule.operators(),
        schedule.grid(),
        schedule.peakBytes(),
        schedule.recomputedMacs(),
        estimate(network, architecture, cost, schedule));
  }

  /** As searches choose them. */
  private static Patched ofC(
      PatchedStart start, Architecture architecture, CostModel cost, OptionalLong limit) {
    long most = limit.orElse(1); // less than anything needs: the least is found
    dev.espalier.microcontroller.Patches patches = start.patches(architecture, most);
    long recomputed = start.recomputedMacs(architecture, most);
    boolean whole = patches.kernels() == 0;
    return new Patched(
        whole ? "" : String.format(Locale.ROOT, "with %s, %+d MACs", patches.words(), recomputed),
        patches.kernels(),
        patches.grid(),
        start.peakBytes(architecture, most),
        recomputed,
        cost.network(architecture).isPresent()
            ? OptionalDouble.empty()
            : OptionalDouble.of(
                start.estimatedMicros(cost.latencyMicros(), most).at(architecture)));
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
          lines.add(
              "with patches  %s%s"
                  .formatted(
                      bytes(patched.peakBytes()), against(patched.peakBytes(), sramBytes, "SRAM")));
          lines.add(
              patched.words().isEmpty()
                  ? "              no grid of patches needs less than whole maps"
                  : "              %s; %s"
                      .formatted(patched.words(), time(patched.estimatedMicros())));
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
          schedule.put(
              execution instanceof Execution.EmittedC ? "kernels" : "operators", patched.first());
          schedule.put("grid", patched.grid());
          schedule.put("peakBytes", patched.peakBytes());
          schedule.put("recomputedMacs", patched.recomputedMacs());
          patched
              .estimatedMicros()
              .ifPresent(micros -> schedule.put("estimatedLatencyMicros", micros));
          tree.put("patches", schedule);
        });
    return tree;
  }
}
