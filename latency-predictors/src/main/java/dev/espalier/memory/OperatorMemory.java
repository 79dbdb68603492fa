package dev.espalier.memory;

import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;

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

  /**
   * The memory of an operator; its precision plays no part.
   *
   * @throws IllegalArgumentException for a kind whose graph is not known here
   */
  public static OperatorMemory of(Operator operator) {
    Parts parts = new Parts(operator);
    switch (operator.kind()) {
      case CONV -> parts.convolution();
      case MBCONV -> parts.invertedResidual();
      case BOTTLENECK -> parts.bottleneck();
      case MAX_POOL, GLOBAL_POOL -> parts.live("pool", parts.input + parts.output);
      case LINEAR -> parts.linear();
      default ->
          throw new IllegalArgumentException(
              "operator "
                  + operator
                  + ": memory is known of convolutions, inverted residuals, bottlenecks, pooling and linear layers");
    }
    return new OperatorMemory(parts.most, parts.part, parts.weights, parts.biases);
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
    private final long input;
    private final long output;

    /** What an identity shortcut keeps alive beside the parts between the input and the sum. */
    private final long kept;

    private long most;
    private String part = "";
    private long weights;
    private long biases;

    Parts(Operator operator) {
      this.operator = operator;
      this.input = operator.input().elements();
      this.output = operator.output().elements();
      this.kept = operator.shortcut() == Shortcut.NONE ? 0 : input;
    }

    void live(String name, long elements) {
      if (elements > most) {
        most = elements;
        part = name;
      }
    }

    private void convolved(long inputs, long outputs, int kernel) {
      weights += inputs * outputs * kernel * kernel;
      biases += outputs;
    }

    void convolution() {
      int channels = operator.input().channels();
      int outputs = operator.output().channels();
      boolean depthwise = operator.groups() == channels && operator.groups() == outputs;
      // With a shortcut the input is used once more, so nothing may be written over it.
      boolean inPlace = depthwise && kept == 0;
      live("conv", input + (inPlace ? output / outputs : output));
      convolved(channels / operator.groups(), outputs, operator.kernel());
    }

    void linear() {
      live("linear", input + output);
      convolved(input, output, 1);
    }

    void invertedResidual() {
      int mid = operator.expansionChannels();
      int squeezed = operator.squeezeChannels();
      long positions = (long) operator.output().height() * operator.output().width();
      long middle = positions * mid;
      if (operator.expands()) {
        long expanded = operator.input().convolved(1, mid).elements();
        live("expand", input + expanded);
        live("depthwise", kept + expanded + positions);
        convolved(operator.input().channels(), mid, 1);
      } else {
        live("depthwise", input + (kept == 0 ? positions : middle));
      }
      convolved(1, mid, operator.kernel());
      if (squeezed > 0) {
        live("squeeze", kept + middle + mid + squeezed);
        convolved(mid, squeezed, 1);
        convolved(squeezed, mid, 1);
      }
      live("project", kept + middle + output);
      convolved(mid, operator.output().channels(), 1);
    }

    void bottleneck() {
      int mid = operator.expansionChannels();
      int channels = operator.input().channels();
      int outputs = operator.output().channels();
      long reduced = operator.input().convolved(1, mid).elements();
      long middle = operator.output().convolved(1, mid).elements();
      live("reduce", input + reduced);
      convolved(channels, mid, 1);
      live("middle", kept + reduced + middle);
      convolved(mid, mid, operator.kernel());
      live("expand", kept + middle + output);
      convolved(mid, outputs, 1);
      if (operator.shortcut() == Shortcut.PROJECTION) {
        long pooled = operator.output().convolved(1, channels).elements();
        if (operator.stride() > 1) {
          live("pool", output + input + pooled);
        }
        live("project", output + pooled + output);
        convolved(channels, outputs, 1);
      }
    }
  }
}
