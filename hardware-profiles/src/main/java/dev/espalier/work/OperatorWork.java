package dev.espalier.work;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of an operator in the order in which runtimes execute them, and the maps between them.
 *
 * <p>An inverted residual block is its 1×1 expansion, the depthwise convolution,
 * squeeze-and-excitation (pool, two matrix products, a product per channel), the 1×1 projection and
 * the sum with its input; each h-swish is a part of its own, while ReLU is taken to be part of the
 * convolution before it. That of the expansion and the depthwise convolution together, where a
 * device fuses them, is in {@link InnerMap#passes()}.
 *
 * @param primitives at least one
 * @param inputElements of all inputs
 * @param outputElements of the output
 * @param inner maps between the parts
 */
public record OperatorWork(
    List<Primitive> primitives, long inputElements, long outputElements, List<InnerMap> inner) {

  /** Reads and writes of a map by an h-swish after it: the function, then the product. */
  private static final int H_SWISH_PASSES = 4;

  /** Reads and writes of a map by squeeze-and-excitation: the pool, then the product. */
  private static final int SQUEEZE_PASSES = 3;

  /**
   * A map between two parts.
   *
   * @param elements at least 1
   * @param passes times that it is written or read where it does not fit on the chip; 0 where it
   *     needs no place as a whole, because the part that reads it is fused with the one that makes
   *     it
   */
  public record InnerMap(long elements, int passes) {}

  public OperatorWork {
    primitives = List.copyOf(primitives);
    inner = List.copyOf(inner);
    if (primitives.isEmpty() || inputElements < 1 || outputElements < 1) {
      throw new IllegalArgumentException(
          "operator work: %d parts, %d input and %d output elements must be at least 1"
              .formatted(primitives.size(), inputElements, outputElements));
    }
  }

  /** Work of a single part with one input. */
  public static OperatorWork of(Primitive primitive, long inputElements) {
    return new OperatorWork(
        List.of(primitive), inputElements, primitive.outputElements(), List.of());
  }

  /** Takes an operator apart. */
  public static OperatorWork of(Operator operator) {
    return new Parts(operator).work();
  }

  /** Of all parts; those of the operator it was made of. */
  public long macs() {
    return primitives.stream().mapToLong(Primitive::macs).sum();
  }

  private static final class Parts {
    private final Operator operator;
    private final TensorShape from;
    private final TensorShape to;
    private final List<Primitive> primitives = new ArrayList<>();
    private final List<InnerMap> inner = new ArrayList<>();

    Parts(Operator operator) {
      this.operator = operator;
      this.from = operator.input();
      this.to = operator.output();
    }

    OperatorWork work() {
      int inputs = 1;
      switch (operator.kind()) {
        case CONV -> {
          convolution(
              from.channels() / operator.groups(), to, operator.kernel(), operator.stride());
          activation(to);
        }
        case LINEAR -> add(PrimitiveKind.LINEAR, 1, (int) from.elements(), to.channels(), 1);
        case MAX_POOL, AVERAGE_POOL ->
            add(PrimitiveKind.POOL, positions(to), 1, to.channels(), square(operator.kernel()));
        case GLOBAL_POOL -> globalPool(from);
        case ADD -> {
          add(PrimitiveKind.ADD, positions(to), 1, to.channels(), 1);
          inputs = 2;
        }
        case MBCONV -> invertedResidual();
        case BOTTLENECK -> bottleneck();
      }
      if (operator.shortcut() != Shortcut.NONE) {
        add(PrimitiveKind.ADD, positions(to), 1, to.channels(), 1);
      }
      return new OperatorWork(primitives, inputs * from.elements(), to.elements(), inner);
    }

    private void invertedResidual() {
      int mid = operator.expansionChannels();
      boolean gated = operator.activation() == Activation.H_SWISH;
      boolean squeezed = operator.squeezeChannels() > 0;
      TensorShape middle = new TensorShape(to.height(), to.width(), mid);
      if (operator.expands()) {
        TensorShape expanded = new TensorShape(from.height(), from.width(), mid);
        convolution(from.channels(), expanded, 1, 1);
        activation(expanded);
        inner.add(new InnerMap(expanded.elements(), gated ? 2 + H_SWISH_PASSES : 0));
      }
      add(PrimitiveKind.DEPTHWISE, positions(to), 1, mid, square(operator.kernel()));
      activation(middle);
      if (squeezed) {
        globalPool(middle);
        add(PrimitiveKind.LINEAR, 1, mid, operator.squeezeChannels(), 1);
        add(PrimitiveKind.LINEAR, 1, operator.squeezeChannels(), mid, 1);
        add(PrimitiveKind.SCALE, positions(to), 1, mid, 1);
      }
      inner.add(
          new InnerMap(
              middle.elements(),
              2 + (gated ? H_SWISH_PASSES : 0) + (squeezed ? SQUEEZE_PASSES : 0)));
      convolution(mid, to, 1, 1);
    }

    private void bottleneck() {
      int mid = operator.expansionChannels();
      TensorShape reduced = new TensorShape(from.height(), from.width(), mid);
      TensorShape middle = new TensorShape(to.height(), to.width(), mid);
      convolution(from.channels(), reduced, 1, 1);
      activation(reduced);
      inner.add(new InnerMap(reduced.elements(), 2));
      convolution(mid, middle, operator.kernel(), operator.stride());
      activation(middle);
      inner.add(new InnerMap(middle.elements(), 2));
      convolution(mid, to, 1, 1);
      if (operator.shortcut() == Shortcut.PROJECTION) {
        TensorShape pooled = new TensorShape(to.height(), to.width(), from.channels());
        if (operator.stride() > 1) {
          add(
              PrimitiveKind.POOL,
              positions(pooled),
              1,
              pooled.channels(),
              square(operator.stride()));
          inner.add(new InnerMap(pooled.elements(), 2));
        }
        convolution(from.channels(), to, 1, 1);
        inner.add(new InnerMap(to.elements(), 2));
      }
      activation(to);
    }

    private void convolution(int inputs, TensorShape output, int kernel, int stride) {
      boolean alone = inputs == 1 && operator.groups() > 1;
      PrimitiveKind kind =
          alone
              ? PrimitiveKind.DEPTHWISE
              : kernel == 1 && stride == 1 ? PrimitiveKind.POINTWISE : PrimitiveKind.CONVOLUTION;
      add(kind, positions(output), inputs, output.channels(), square(kernel));
    }

    private void globalPool(TensorShape map) {
      add(PrimitiveKind.GLOBAL_POOL, 1, 1, map.channels(), Math.toIntExact(positions(map)));
    }

    private void activation(TensorShape map) {
      if (operator.activation() == Activation.H_SWISH) {
        add(PrimitiveKind.H_SWISH, positions(map), 1, map.channels(), 1);
      }
    }

    private void add(PrimitiveKind kind, long positions, int inputs, int outputs, int taps) {
      primitives.add(new Primitive(kind, positions, inputs, outputs, taps));
    }

    private static long positions(TensorShape shape) {
      return (long) shape.height() * shape.width();
    }

    private static int square(int side) {
      return side * side;
    }
  }
}
