package dev.espalier.operator;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One unit of work as hardware sees it: the key of lookup tables.
 *
 * @param kind what it computes
 * @param input shape of one image's input, of either input of an {@link OperatorKind#ADD}
 * @param output shape of one image's output
 * @param kernel side of the (depthwise) kernel or of the window, 1 where there is none
 * @param stride of the (depthwise) convolution or the window
 * @param groups of a {@link OperatorKind#CONV}; 1 otherwise
 * @param expansionChannels channels between the expansion and the projection of an {@link
 *     OperatorKind#MBCONV} (equal to the input's channels where nothing expands), of the k×k
 *     convolution of a {@link OperatorKind#BOTTLENECK}; 0 for other kinds
 * @param squeezeChannels hidden channels of squeeze-and-excitation, 0 without it
 * @param activation after the convolution (CONV), after the expansion and the depthwise convolution
 *     (MBCONV), or after both inner convolutions and the sum (BOTTLENECK)
 * @param shortcut whether the input is added to the output; the sum comes after the activation of a
 *     CONV
 * @param precision of weights and activations
 */
public record Operator(
    OperatorKind kind,
    TensorShape input,
    TensorShape output,
    int kernel,
    int stride,
    int groups,
    int expansionChannels,
    int squeezeChannels,
    Activation activation,
    Shortcut shortcut,
    Precision precision) {

  public Operator {
    if (kernel < 1 || stride < 1 || groups < 1 || expansionChannels < 0 || squeezeChannels < 0) {
      throw new IllegalArgumentException(
          "operator %s: kernel %d, stride %d and groups %d must be at least 1, expansion %d and squeeze %d not negative"
              .formatted(kind, kernel, stride, groups, expansionChannels, squeezeChannels));
    }
    if (kind == OperatorKind.MBCONV && expansionChannels < input.channels()) {
      throw new IllegalArgumentException(
          "mbconv in=%s: %d expansion channels are fewer than its %d input channels"
              .formatted(input, expansionChannels, input.channels()));
    }
    if (kind == OperatorKind.BOTTLENECK && expansionChannels < 1) {
      throw new IllegalArgumentException("bottleneck in=" + input + ": it needs middle channels");
    }
    if (shortcut == Shortcut.PROJECTION && kind != OperatorKind.BOTTLENECK) {
      throw new IllegalArgumentException("only a bottleneck projects its shortcut, not " + kind);
    }
    if (shortcut == Shortcut.IDENTITY && !input.equals(output)) {
      throw new IllegalArgumentException(
          "an identity shortcut needs equal shapes, not " + input + " and " + output);
    }
    if (kind == OperatorKind.ADD && !input.equals(output)) {
      throw new IllegalArgumentException(
          "add in=%s: the sum of two such maps has their shape, not %s".formatted(input, output));
    }
    if (kind == OperatorKind.AVERAGE_POOL && kernel % 2 == 0 && kernel != stride) {
      throw new IllegalArgumentException(
          "average_pool in=%s: a window of side %d at stride %d can neither be padded by half its side, which takes an odd one, nor lie side by side, which takes stride %d"
              .formatted(input, kernel, stride, kernel));
    }
    if (input.channels() % groups != 0 || output.channels() % groups != 0) {
      throw new IllegalArgumentException(
          groups + " groups do not divide channels of " + input + " and " + output);
    }
  }

  /** A convolution padded by half its kernel, with batch norm or bias and activation. */
  public static Operator conv(
      TensorShape input, int outputChannels, int kernel, int stride, Activation activation) {
    return plain(
        OperatorKind.CONV,
        input,
        input.convolved(stride, outputChannels),
        kernel,
        stride,
        activation);
  }

  /** The largest value of each window, padded by half the kernel. */
  public static Operator maxPool(TensorShape input, int kernel, int stride) {
    return plain(
        OperatorKind.MAX_POOL,
        input,
        input.convolved(stride, input.channels()),
        kernel,
        stride,
        Activation.NONE);
  }

  /** The average of each window; see {@link OperatorKind#AVERAGE_POOL} for the border. */
  public static Operator averagePool(TensorShape input, int kernel, int stride) {
    return plain(
        OperatorKind.AVERAGE_POOL,
        input,
        input.convolved(stride, input.channels()),
        kernel,
        stride,
        Activation.NONE);
  }

  /** The sum of two maps of a shape. */
  public static Operator add(TensorShape shape) {
    return plain(OperatorKind.ADD, shape, shape, 1, 1, Activation.NONE);
  }

  /** The average over all positions of {@code input}. */
  public static Operator globalPool(TensorShape input) {
    return plain(
        OperatorKind.GLOBAL_POOL,
        input,
        new TensorShape(1, 1, input.channels()),
        1,
        1,
        Activation.NONE);
  }

  /** A linear layer with bias. */
  public static Operator linear(int inputFeatures, int outputFeatures) {
    return plain(
        OperatorKind.LINEAR,
        new TensorShape(1, 1, inputFeatures),
        new TensorShape(1, 1, outputFeatures),
        1,
        1,
        Activation.NONE);
  }

  /** In float32, with neither groups, middle channels, squeeze-and-excitation nor shortcut. */
  private static Operator plain(
      OperatorKind kind,
      TensorShape input,
      TensorShape output,
      int kernel,
      int stride,
      Activation activation) {
    return new Operator(
        kind, input, output, kernel, stride, 1, 0, 0, activation, Shortcut.NONE, Precision.FLOAT32);
  }

  /** The same operator with its input added to its output. */
  public Operator withIdentity() {
    return with(Shortcut.IDENTITY, precision);
  }

  /** The same operator in another number format. */
  public Operator withPrecision(Precision other) {
    return with(shortcut, other);
  }

  private Operator with(Shortcut otherShortcut, Precision otherPrecision) {
    return new Operator(
        kind,
        input,
        output,
        kernel,
        stride,
        groups,
        expansionChannels,
        squeezeChannels,
        activation,
        otherShortcut,
        otherPrecision);
  }

  /**
   * Whether an {@link OperatorKind#MBCONV} has a 1×1 expansion before its depthwise convolution.
   */
  public boolean expands() {
    return kind == OperatorKind.MBCONV && expansionChannels != input.channels();
  }

  /**
   * Multiply-accumulates for one image: convolutions, squeeze-and-excitation's two products and
   * linear layers; element-wise work and pooling count nothing, as in the OFA paper.
   */
  public long macs() {
    long positions = (long) output.height() * output.width();
    return switch (kind) {
      case CONV -> positions * output.channels() * (input.channels() / groups) * kernel * kernel;
      case LINEAR -> (long) input.channels() * output.channels();
      case GLOBAL_POOL, MAX_POOL, AVERAGE_POOL, ADD -> 0;
      case BOTTLENECK -> {
        long mid = expansionChannels;
        long projection = shortcut == Shortcut.PROJECTION ? input.channels() : 0;
        yield input.elements() * mid
            + positions * mid * mid * kernel * kernel
            + positions * output.channels() * (mid + projection);
      }
      case MBCONV -> {
        long expand = expands() ? input.elements() * expansionChannels : 0;
        long depthwise = positions * expansionChannels * kernel * kernel;
        long squeeze = 2L * expansionChannels * squeezeChannels;
        yield expand + depthwise + squeeze + positions * expansionChannels * output.channels();
      }
    };
  }

  /**
   * Trainable parameters: weights, biases, and scale and shift of each batch norm. A CONV counts a
   * batch norm; one without (OFA's feature mixing layer) overstates by two per output channel.
   */
  public long parameters() {
    return switch (kind) {
      case CONV ->
          (long) output.channels() * (input.channels() / groups) * kernel * kernel
              + 2L * output.channels();
      case LINEAR -> (long) (input.channels() + 1) * output.channels();
      case GLOBAL_POOL, MAX_POOL, AVERAGE_POOL, ADD -> 0;
      case BOTTLENECK -> {
        long mid = expansionChannels;
        long projection = shortcut == Shortcut.PROJECTION ? input.channels() + 2 : 0;
        yield (input.channels() + 2) * mid
            + (mid * kernel * kernel + 2) * mid
            + (mid + 2 + projection) * output.channels();
      }
      case MBCONV -> {
        long mid = expansionChannels;
        long expand = expands() ? input.channels() * mid + 2 * mid : 0;
        long depthwise = mid * kernel * kernel + 2 * mid;
        long squeeze = squeezeChannels == 0 ? 0 : 2 * mid * squeezeChannels + squeezeChannels + mid;
        yield expand + depthwise + squeeze + (mid + 2) * output.channels();
      }
    };
  }

  /** Bytes of input and output feature maps of one image; both inputs of a sum. */
  public long activationBytes() {
    int inputs = kind == OperatorKind.ADD ? 2 : 1;
    return (inputs * input.elements() + output.elements()) * precision.bytes();
  }

  /**
   * The canonical key, as in {@code mbconv in=14x14x96 out=7x7x40 k=7 s=2 g=1 mid=576 se=144
   * act=h_swish shortcut=none precision=float32}. Parses back through {@link #parse}.
   */
  public String key() {
    return "%s in=%s out=%s k=%d s=%d g=%d mid=%d se=%d act=%s shortcut=%s precision=%s"
        .formatted(
            lower(kind),
            input,
            output,
            kernel,
            stride,
            groups,
            expansionChannels,
            squeezeChannels,
            lower(activation),
            lower(shortcut),
            lower(precision));
  }

  /**
   * Reads a key written by {@link #key()}.
   *
   * @throws IllegalArgumentException naming the field that is missing or wrong
   */
  public static Operator parse(String key) {
    String[] words = key.trim().split("\\s+");
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals < 1
          || fields.put(words[i].substring(0, equals), words[i].substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            "operator key '" + key + "': '" + words[i] + "' is not a single name=value");
      }
    }
    Operator operator =
        new Operator(
            constant(OperatorKind.class, words[0], key),
            TensorShape.parse(field(fields, "in", key)),
            TensorShape.parse(field(fields, "out", key)),
            number(fields, "k", key),
            number(fields, "s", key),
            number(fields, "g", key),
            number(fields, "mid", key),
            number(fields, "se", key),
            constant(Activation.class, field(fields, "act", key), key),
            constant(Shortcut.class, field(fields, "shortcut", key), key),
            constant(Precision.class, field(fields, "precision", key), key));
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException(
          "operator key '" + key + "': unknown field " + fields.keySet());
    }
    return operator;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String field(Map<String, String> fields, String name, String key) {
    String value = fields.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("operator key '" + key + "' lacks " + name + "=");
    }
    return value;
  }

  private static int number(Map<String, String> fields, String name, String key) {
    String value = field(fields, name, key);
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "operator key '" + key + "': " + name + "=" + value + " is not a whole number", e);
    }
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String value, String key) {
    for (E constant : type.getEnumConstants()) {
      if (lower(constant).equals(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "operator key '%s': '%s' is not one of %s"
            .formatted(
                key,
                value,
                java.util.Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
  }

  @Override
  public String toString() {
    return key();
  }
}
