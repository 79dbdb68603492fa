package dev.espalier.memory;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one operator needs, in closed form: the peak of {@link ActivationSchedule} and the weights
 * of the graph that the operator becomes.
 *
 * <p>Between operators that follow each other in a chain only the feature map between them is
 * alive, so that the peak of a network is the largest of its operators' peaks.
 *
 * @param peakElements feature map elements alive at once
 * @param part of the operator that needs them, as in {@code depthwise}; the first of equals
 * @param weights with batch norms folded into them
 * @param biases one per channel of every convolution and linear layer
 */
public record OperatorMemory(long peakElements, String part, long weights, long biases) {

  /** Kinds whose graph is a chain of its own between one input and one output. */
  private static final Set<OperatorKind> KNOWN =
      EnumSet.of(
          OperatorKind.CONV,
          OperatorKind.MBCONV,
          OperatorKind.BOTTLENECK,
          OperatorKind.MAX_POOL,
          OperatorKind.AVERAGE_POOL,
          OperatorKind.GLOBAL_POOL,
          OperatorKind.LINEAR);

  /**
   * Whether the memory of an operator follows from the operator alone. That of a sum does not: it
   * depends on how long the network keeps what is summed, which {@link SlotMemory} finds.
   */
  public static boolean known(Operator operator) {
    return KNOWN.contains(operator.kind());
  }

  /**
   * The memory of an operator; its precision plays no part.
   *
   * @throws IllegalArgumentException for an operator whose memory is not {@linkplain #known known}
   */
  public static OperatorMemory of(Operator operator) {
    Region whole = new Region(operator.input(), operator.output(), Held.NOTHING);
    return of(operator, whole);
  }

  /** The memory of an operator while it makes a part of its output. */
  static OperatorMemory of(Operator operator, Region region) {
    Parts parts = new Parts(operator, region);
    switch (operator.kind()) {
      case CONV -> parts.convolution();
      case MBCONV -> parts.invertedResidual();
      case BOTTLENECK -> parts.bottleneck();
      case MAX_POOL, AVERAGE_POOL, GLOBAL_POOL -> parts.live("pool", parts.input + parts.output);
      case LINEAR -> parts.linear();
      default ->
          throw new IllegalArgumentException(
              "operator %s: its memory does not follow from the operator alone; it does for %s"
                  .formatted(operator, KNOWN));
    }
    return new OperatorMemory(parts.most, parts.part, parts.weights, parts.biases);
  }

  /** Which ends of an operator lie in buffers that are counted elsewhere, and outlive it. */
  enum Held {
    NOTHING,
    INPUT,
    OUTPUT,
    BOTH
  }

  /**
   * A part of an operator's maps.
   *
   * @param input what is read
   * @param output what is made of it
   * @param held whose buffers are not the operator's own; nothing is written over such an input
   */
  record Region(TensorShape input, TensorShape output, Held held) {
    boolean holdsInput() {
      return held == Held.INPUT || held == Held.BOTH;
    }

    boolean holdsOutput() {
      return held == Held.OUTPUT || held == Held.BOTH;
    }
  }

  /** Bytes of activations at the peak. */
  public long peakBytes(Precision precision) {
    return peakElements * precision.bytes();
  }

  /**
   * Bytes of weights and biases. Integer kernels add biases to sums of 32 bits: in {@link
   * Precision#INT8}, a bias takes four bytes. Scales and zero points are not counted.
   */
  public long weightBytes(Precision precision) {
    int bias = precision == Precision.INT8 ? Integer.BYTES : precision.bytes();
    return weights * precision.bytes() + biases * bias;
  }

  /** Walks through the parts of an operator in the order in which its graph runs them. */
  private static final class Parts {
    private final Operator operator;
    private final TensorShape from;
    private final TensorShape to;

    /** Elements of the input and the output that take buffers of the operator's own. */
    private final long input;

    private final long output;

    /** What an identity shortcut keeps alive beside the parts between the input and the sum. */
    private final long kept;

    /** Whether the first part may write over the input. */
    private final boolean inPlace;

    private long most;
    private String part = "";
    private long weights;
    private long biases;

    Parts(Operator operator, Region region) {
      this.operator = operator;
      this.from = region.input();
      this.to = region.output();
      this.input = region.holdsInput() ? 0 : from.elements();
      this.output = region.holdsOutput() ? 0 : to.elements();
      this.kept = operator.shortcut() == Shortcut.NONE ? 0 : input;
      this.inPlace = operator.shortcut() == Shortcut.NONE && !region.holdsInput();
    }

    void live(String name, long elements) {
      if (elements > most || part.isEmpty()) {
        most = elements;
        part = name;
      }
    }

    private void convolved(long inputs, long outputs, int kernel) {
      weights += inputs * outputs * kernel * kernel;
      biases += outputs;
    }

    void convolution() {
      int channels = from.channels();
      int outputs = to.channels();
      boolean depthwise = operator.groups() == channels && operator.groups() == outputs;
      live("conv", input + (depthwise && inPlace ? Math.min(output, channelMap()) : output));
      convolved(channels / operator.groups(), outputs, operator.kernel());
    }

    /** Elements of one channel of the output. */
    private long channelMap() {
      return (long) to.height() * to.width();
    }

    void linear() {
      live("linear", input + output);
      convolved(from.elements(), to.elements(), 1);
    }

    void invertedResidual() {
      int mid = operator.expansionChannels();
      int squeezed = operator.squeezeChannels();
      long middle = channelMap() * mid;
      if (operator.expands()) {
        long expanded = from.convolved(1, mid).elements();
        live("expand", input + expanded);
        live("depthwise", kept + expanded + channelMap());
        convolved(from.channels(), mid, 1);
      } else {
        live("depthwise", input + (inPlace ? channelMap() : middle));
      }
      convolved(1, mid, operator.kernel());
      if (squeezed > 0) {
        live("squeeze", kept + middle + mid + squeezed);
        convolved(mid, squeezed, 1);
        convolved(squeezed, mid, 1);
      }
      live("project", kept + middle + output);
      convolved(mid, to.channels(), 1);
    }

    void bottleneck() {
      int mid = operator.expansionChannels();
      long reduced = from.convolved(1, mid).elements();
      long middle = to.convolved(1, mid).elements();
      live("reduce", input + reduced);
      convolved(from.channels(), mid, 1);
      live("middle", kept + reduced + middle);
      convolved(mid, mid, operator.kernel());
      live("expand", kept + middle + output);
      convolved(mid, to.channels(), 1);
      if (operator.shortcut() == Shortcut.PROJECTION) {
        long pooled = to.convolved(1, from.channels()).elements();
        if (operator.stride() > 1) {
          live("pool", output + input + pooled);
        }
        live("project", output + pooled + to.elements());
        convolved(from.channels(), to.channels(), 1);
      }
    }
  }
}
