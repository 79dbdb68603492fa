package dev.espalier.memory;

import dev.espalier.microcontroller.Kernel;
import dev.espalier.microcontroller.OperatorKernels;
import dev.espalier.microcontroller.Patches;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The first slots of a space, whose kernels emitted C may run patch by patch: up to the last slot
 * in whose scope all decisions of those before it are. What patches do to memory and time depends
 * on that slot's scope alone then, and stays one term of a function of architectures, whatever the
 * engine.
 *
 * <p>Deviation from MCUNetV2, which searches how far patches reach: here they may end anywhere
 * before the second block that is chosen for itself.
 */
public final class PatchedStart {
  private final SearchSpace space;
  private final int slot;

  private PatchedStart(SearchSpace space, int slot) {
    this.space = space;
    this.slot = slot;
  }

  /** Of a space; empty if its operators are no chain. */
  public static Optional<PatchedStart> of(SearchSpace space) {
    if (space.lower(space.largest()).stream().anyMatch(o -> o.kind() == OperatorKind.ADD)) {
      return Optional.empty();
    }
    int last = 0;
    for (int slot = 1; slot < space.slots().size(); slot++) {
      Set<Integer> scope = Set.copyOf(space.slots().get(slot).scope());
      if (space.slots().subList(0, slot).stream().allMatch(s -> scope.containsAll(s.scope()))) {
        last = slot;
      }
    }
    return Optional.of(new PatchedStart(space, last));
  }

  /** The last slot whose operators may run on patches. */
  public int slot() {
    return slot;
  }

  /**
   * Whole maps if they are within a limit, else the patches within it that compute least, else
   * those that need least; memory is that of these slots.
   *
   * @param code with the options of the last slot's scope
   */
  public Patches.Option option(byte[] code, long mostBytes) {
    List<Operator> operators = new ArrayList<>();
    for (int i = 0; i <= slot; i++) {
      operators.addAll(space.operators(i, code));
    }
    List<Kernel> kernels = OperatorKernels.of(operators);
    Patches.Option whole = Patches.option(kernels, Patches.NONE);
    if (whole.need().bytes() <= mostBytes) {
      return whole;
    }
    List<Patches.Option> options = Patches.options(kernels, kernels.size());
    return Patches.within(options, mostBytes).orElseGet(() -> Patches.least(options));
  }

  /** The arena of a whole architecture, with the patches that it runs with. */
  public long peakBytes(Architecture architecture, long mostBytes) {
    byte[] code = architecture.toBytes();
    long bytes = option(code, mostBytes).need().bytes();
    Execution whole = new Execution.EmittedC();
    for (int i = slot + 1; i < space.slots().size(); i++) {
      for (Operator operator : space.operators(i, code)) {
        bytes = Math.max(bytes, whole.peak(SlotGraph.of(operator)).bytes());
      }
    }
    return bytes;
  }

  /** Multiply-accumulates of an architecture that patches compute more than once. */
  public long recomputedMacs(Architecture architecture, long mostBytes) {
    byte[] code = architecture.toBytes();
    return option(code, mostBytes).macs() - option(code, Long.MAX_VALUE).macs();
  }

  /** The patches that an architecture runs with. */
  public Patches patches(Architecture architecture, long mostBytes) {
    return option(architecture.toBytes(), mostBytes).patches();
  }

  /**
   * A latency with patches, an estimate: the time of these slots grows as what they compute. What
   * patches cost otherwise (calls, rows that are short) is not known from a table.
   *
   * @param micros on whole maps
   */
  public AdditiveFunction estimatedMicros(AdditiveFunction micros, long mostBytes) {
    return AdditiveFunction.compile(
        space,
        micros.constant(),
        (at, code) -> {
          double term = micros.term(at, code, 0);
          if (at != slot) {
            return term;
          }
          Patches.Option option = option(code, mostBytes);
          if (option.patches().equals(Patches.NONE)) {
            return term;
          }
          long macs = 0;
          double start = 0;
          for (int i = 0; i <= slot; i++) {
            macs += space.operators(i, code).stream().mapToLong(Operator::macs).sum();
            start += micros.term(i, code, 0);
          }
          return term + start * ((double) option.macs() / macs - 1);
        });
  }
}
