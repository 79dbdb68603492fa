package dev.espalier.microcontroller;

import dev.espalier.microcontroller.Kernel.Kind;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.SlotGraph;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernels that operators become once extracted, quantised and emitted, from shapes alone: what
 * {@link Kernels} finds in the graph of a network, without that graph.
 */
public final class OperatorKernels {
  private final List<Kernel> kernels = new ArrayList<>();

  private OperatorKernels() {}

  /**
   * The kernels of one operator, of value 0.
   *
   * @throws UnsupportedNodeException for a convolution that there is no kernel for
   */
  public static List<Kernel> of(Operator operator) {
    OperatorKernels made = new OperatorKernels();
    made.append(operator, operator.kind() == OperatorKind.ADD ? List.of(0, 0) : List.of(0));
    return made.kernels;
  }

  /** The kernels of operators that each take what the one before makes. */
  public static List<Kernel> of(List<Operator> chain) {
    OperatorKernels made = new OperatorKernels();
    int value = 0;
    for (Operator operator : chain) {
      value = made.append(operator, List.of(value));
    }
    return made.kernels;
  }

  /** The kernels of a graph of operators, in its order. */
  public static List<Kernel> of(SlotGraph graph) {
    OperatorKernels made = new OperatorKernels();
    List<Integer> values = new ArrayList<>(List.of(0));
    for (SlotGraph.Step step : graph.steps()) {
      values.add(made.append(step.operator(), step.reads().stream().map(values::get).toList()));
    }
    return made.kernels;
  }

  /** Appends one operator and returns the value that it makes. */
  private int append(Operator o, List<Integer> reads) {
    int x = reads.get(0);
    TensorShape in = o.input();
    TensorShape out = o.output();
    int value =
        switch (o.kind()) {
          case CONV ->
              convolution("conv", x, in, out, o.kernel(), o.stride(), o.groups(), o.activation());
          case MBCONV -> invertedResidual(o, x);
          case BOTTLENECK -> bottleneck(o, x);
          case MAX_POOL -> pool(o, x, o.kernel() / 2);
          case AVERAGE_POOL -> pool(o, x, o.kernel() == o.stride() ? 0 : o.kernel() / 2);
          case GLOBAL_POOL -> made(Kernel.of("pool", Kind.GLOBAL_POOL, List.of(x), in, out, 0));
          case LINEAR -> convolution("linear", x, in, out, 1, 1, 1, Activation.NONE);
          case ADD -> made(Kernel.of("sum", Kind.ADD, reads, in, out, 0));
        };
    return o.shortcut() == Shortcut.IDENTITY && o.kind() != OperatorKind.BOTTLENECK
        ? made(Kernel.of("sum", Kind.ADD, List.of(x, value), out, out, 0))
        : value;
  }

  private int made(Kernel kernel) {
    kernels.add(kernel);
    return kernels.size();
  }

  private int pool(Operator o, int value, int padding) {
    return made(
        new Kernel(
            "pool",
            Kind.POOL,
            List.of(value),
            o.input(),
            o.output(),
            o.kernel(),
            o.stride(),
            padding,
            0));
  }

  private int convolution(
      String name,
      int value,
      TensorShape in,
      TensorShape out,
      int side,
      int stride,
      int groups,
      Activation activation) {
    return made(Kernel.convolution(name, value, in, out, side, stride, groups, tables(activation)));
  }

  /** ReLU and ReLU6 are the saturation of what comes before them. */
  private static int tables(Activation activation) {
    return activation == Activation.H_SWISH ? 1 : 0;
  }

  private int invertedResidual(Operator o, int x) {
    int mid = o.expansionChannels();
    TensorShape wide = o.input().convolved(1, mid);
    TensorShape middle = o.output().convolved(1, mid);
    int value = x;
    if (o.expands()) {
      value = convolution("expand", x, o.input(), wide, 1, 1, 1, o.activation());
    }
    value =
        convolution("depthwise", value, wide, middle, o.kernel(), o.stride(), mid, o.activation());
    if (o.squeezeChannels() > 0) {
      TensorShape pooled = new TensorShape(1, 1, mid);
      TensorShape squeezed = new TensorShape(1, 1, o.squeezeChannels());
      int factor = made(Kernel.of("pool", Kind.GLOBAL_POOL, List.of(value), middle, pooled, 0));
      factor = convolution("squeeze", factor, pooled, squeezed, 1, 1, 1, Activation.NONE);
      factor = convolution("excite", factor, squeezed, pooled, 1, 1, 1, Activation.NONE);
      value = made(Kernel.of("scale", Kind.SCALE, List.of(value, factor), middle, middle, 0));
    }
    return convolution("project", value, middle, o.output(), 1, 1, 1, Activation.NONE);
  }

  private int bottleneck(Operator o, int x) {
    int mid = o.expansionChannels();
    TensorShape reduced = o.input().convolved(1, mid);
    TensorShape middle = o.output().convolved(1, mid);
    int value = convolution("reduce", x, o.input(), reduced, 1, 1, 1, o.activation());
    value =
        convolution("middle", value, reduced, middle, o.kernel(), o.stride(), 1, o.activation());
    boolean alone = o.shortcut() == Shortcut.NONE;
    value =
        convolution(
            "expand", value, middle, o.output(), 1, 1, 1, alone ? o.activation() : Activation.NONE);
    int shortcut = x;
    if (o.shortcut() == Shortcut.PROJECTION) {
      TensorShape from = o.input();
      if (o.stride() > 1) {
        TensorShape pooled = o.output().convolved(1, from.channels());
        shortcut =
            made(
                new Kernel(
                    "pool", Kind.POOL, List.of(x), from, pooled, o.stride(), o.stride(), 0, 0));
        from = pooled;
      }
      shortcut = convolution("project", shortcut, from, o.output(), 1, 1, 1, Activation.NONE);
    }
    return alone
        ? value
        : made(
            Kernel.of(
                "sum",
                Kind.ADD,
                List.of(value, shortcut),
                o.output(),
                o.output(),
                tables(o.activation())));
  }
}
