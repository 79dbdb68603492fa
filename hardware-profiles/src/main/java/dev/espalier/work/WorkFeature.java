package dev.espalier.work;

import dev.espalier.operator.Precision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What latency is a weighted sum of. All are counts for one image and none is negative. None
 * decreases where an operator grows, but for the remainders of dot products.
 */
public enum WorkFeature {
  /** Whole networks: what is paid once for each run; 0 for a single operator. */
  NETWORKS,
  /** Parts. */
  LAUNCHES,
  /** Parts that have weights. */
  PRODUCT_LAUNCHES,
  /** Bytes of weights. */
  WEIGHT_BYTES,
  /** Bytes of the inputs and the output of the operator. */
  END_BYTES,
  /** Bytes of maps between its parts. */
  INNER_BYTES(END_BYTES),
  /** Bytes written and read of maps between its parts that are too large for the chip. */
  SPILLED_BYTES,
  /** Multiply-accumulates with all lanes filled, as the others of that name. */
  POINTWISE_MACS,
  POINTWISE_OUTPUTS,
  CONVOLUTION_MACS(POINTWISE_MACS),
  CONVOLUTION_OUTPUTS(POINTWISE_OUTPUTS),
  /** Input values that are copied together for the outputs of each position. */
  CONVOLUTION_GATHERED,
  /** Multiply-accumulates of what is left of a dot product after groups of four. */
  CONVOLUTION_REMAINDERS,
  /** Taps of each position. */
  CONVOLUTION_WINDOWS,
  DEPTHWISE_MACS(CONVOLUTION_MACS, POINTWISE_MACS),
  DEPTHWISE_OUTPUTS(CONVOLUTION_OUTPUTS, POINTWISE_OUTPUTS),
  DEPTHWISE_GATHERED(CONVOLUTION_GATHERED),
  DEPTHWISE_REMAINDERS(CONVOLUTION_REMAINDERS),
  DEPTHWISE_WINDOWS(CONVOLUTION_WINDOWS),
  LINEAR_MACS(POINTWISE_MACS, CONVOLUTION_MACS),
  LINEAR_OUTPUTS(POINTWISE_OUTPUTS, CONVOLUTION_OUTPUTS),
  ADD_ELEMENTS,
  /** Values that windows look at. */
  POOL_ELEMENTS(ADD_ELEMENTS),
  GLOBAL_POOL_ELEMENTS(POOL_ELEMENTS, ADD_ELEMENTS),
  SCALE_ELEMENTS(ADD_ELEMENTS),
  H_SWISH_ELEMENTS(ADD_ELEMENTS);

  private static final int REMAINDER_OF = 4;

  private final List<WorkFeature> substitutes;

  WorkFeature(WorkFeature... substitutes) {
    this.substitutes = List.of(substitutes);
  }

  /** Whose weight stands for this one's, the first that was fitted, where this one was not. */
  List<WorkFeature> substitutes() {
    return substitutes;
  }

  /** As files have it, as in {@code depthwise-macs}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The feature of a word. */
  static Optional<WorkFeature> ofWord(String word) {
    for (WorkFeature feature : values()) {
      if (feature.word().equals(word)) {
        return Optional.of(feature);
      }
    }
    return Optional.empty();
  }

  /** Counts of all features, in their order, of one operator on its own. */
  public static double[] of(OperatorWork work, Precision precision, WorkGeometry geometry) {
    double[] counts = new double[values().length];
    add(counts, END_BYTES, (work.inputElements() + work.outputElements()) * precision.bytes());
    for (OperatorWork.InnerMap map : work.inner()) {
      long bytes = map.elements() * precision.bytes();
      add(counts, INNER_BYTES, bytes);
      add(counts, SPILLED_BYTES, bytes > geometry.onChipBytes() ? bytes * map.passes() : 0);
    }
    for (Primitive primitive : work.primitives()) {
      add(counts, LAUNCHES, 1);
      add(counts, PRODUCT_LAUNCHES, primitive.weights() > 0 ? 1 : 0);
      add(counts, WEIGHT_BYTES, primitive.weights() * precision.bytes());
      addOwn(counts, primitive, geometry);
    }
    return counts;
  }

  private static void addOwn(double[] counts, Primitive primitive, WorkGeometry geometry) {
    double macs = geometry.paddedMacs(primitive);
    long outputs = primitive.outputElements();
    switch (primitive.kind()) {
      case POINTWISE -> {
        add(counts, POINTWISE_MACS, macs);
        add(counts, POINTWISE_OUTPUTS, outputs);
      }
      case LINEAR -> {
        add(counts, LINEAR_MACS, macs);
        add(counts, LINEAR_OUTPUTS, outputs);
      }
      case CONVOLUTION -> {
        long product = (long) primitive.inputs() * primitive.taps();
        add(counts, CONVOLUTION_MACS, macs);
        add(counts, CONVOLUTION_OUTPUTS, outputs);
        add(counts, CONVOLUTION_GATHERED, primitive.positions() * product);
        add(counts, CONVOLUTION_REMAINDERS, outputs * (product % REMAINDER_OF));
        add(counts, CONVOLUTION_WINDOWS, primitive.positions() * primitive.taps());
      }
      case DEPTHWISE -> {
        // As so many convolutions of one input and one output channel.
        long product = (long) primitive.inputs() * primitive.taps();
        add(counts, DEPTHWISE_MACS, macs);
        add(counts, DEPTHWISE_OUTPUTS, outputs);
        add(counts, DEPTHWISE_GATHERED, outputs * product);
        add(counts, DEPTHWISE_REMAINDERS, outputs * (product % REMAINDER_OF));
        add(counts, DEPTHWISE_WINDOWS, primitive.positions() * primitive.taps());
      }
      case POOL -> add(counts, POOL_ELEMENTS, outputs * primitive.taps());
      case GLOBAL_POOL -> add(counts, GLOBAL_POOL_ELEMENTS, outputs * primitive.taps());
      case ADD -> add(counts, ADD_ELEMENTS, outputs);
      case SCALE -> add(counts, SCALE_ELEMENTS, outputs);
      case H_SWISH -> add(counts, H_SWISH_ELEMENTS, outputs);
    }
  }

  private static void add(double[] counts, WorkFeature feature, double count) {
    counts[feature.ordinal()] += count;
  }
}
