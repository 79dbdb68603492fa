package dev.espalier.memory;

import dev.espalier.microcontroller.ArenaNeed;
import dev.espalier.microcontroller.Kernel;
import dev.espalier.microcontroller.OperatorKernels;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.space.SlotGraph;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** How a model is run, which says what memory it needs. */
public sealed interface Execution {
  /** How a class of device runs models: 8-bit integers on a microcontroller as emitted C. */
  static Execution of(DeviceClass deviceClass, Precision precision) {
    return deviceClass == DeviceClass.MCU && precision == Precision.INT8
        ? new EmittedC()
        : new NodeByNode(precision);
  }

  /** Of weights and activations. */
  Precision precision();

  /** What of a network's activations is alive at once while a part of it runs. */
  Peak peak(SlotGraph graph);

  /** Bytes of constants of an operator. */
  long weightBytes(Operator operator);

  /** Of what the peak is, in words. */
  String words();

  /**
   * The peak of a part of a network.
   *
   * @param bytes alive at once
   * @param keptBytes those among them that the operator does not touch: what later ones read
   * @param step of the graph that needs them; -1 where it has none
   * @param part of its operator, as in {@code depthwise}
   */
  record Peak(long bytes, long keptBytes, int step, String part) {}

  /**
   * By an engine that runs a graph node by node: {@link ActivationSchedule}, in the order of least
   * peak where operators are no chain ({@link SlotMemory}). Weights are counted as {@link
   * OperatorMemory#weightBytes} does.
   */
  record NodeByNode(Precision precision) implements Execution {
    @Override
    public Peak peak(SlotGraph graph) {
      SlotMemory memory = SlotMemory.of(graph);
      return new Peak(
          memory.peakElements() * precision.bytes(),
          memory.keptElements() * precision.bytes(),
          memory.step(),
          memory.part());
    }

    @Override
    public long weightBytes(Operator operator) {
      return operator.kind() == OperatorKind.ADD // which has no weights
          ? 0
          : OperatorMemory.of(operator).weightBytes(precision);
    }

    @Override
    public String words() {
      return "activations in " + precision.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * As C that is emitted for microcontrollers: its arena of feature maps and kernels' scratch,
   * exactly, and its constants, exactly: weights as kernels read them, biases, multipliers and
   * tables. Neither code nor stack is counted. Operators run in the order in which a space lists
   * them.
   *
   * @param patchedBeyondBytes the arena beyond which the first kernels run patch by patch ({@link
   *     PatchedStart}); empty where they never do
   */
  record EmittedC(OptionalLong patchedBeyondBytes) implements Execution {
    /** On whole maps. */
    public EmittedC() {
      this(OptionalLong.empty());
    }

    @Override
    public Precision precision() {
      return Precision.INT8;
    }

    @Override
    public Peak peak(SlotGraph graph) {
      ArenaNeed need = ArenaNeed.of(OperatorKernels.of(graph));
      int kernel = need.kernel();
      for (int step = 0; step < graph.steps().size(); step++) {
        List<Kernel> kernels = OperatorKernels.of(graph.steps().get(step).operator());
        if (kernel < kernels.size()) {
          return new Peak(need.bytes(), 0, step, kernels.get(kernel).name());
        }
        kernel -= kernels.size();
      }
      return new Peak(need.bytes(), 0, -1, "input");
    }

    @Override
    public long weightBytes(Operator operator) {
      return OperatorKernels.of(operator).stream().mapToLong(Kernel::constantBytes).sum();
    }

    @Override
    public String words() {
      return "the arena of C, maps and scratch in int8";
    }
  }
}
