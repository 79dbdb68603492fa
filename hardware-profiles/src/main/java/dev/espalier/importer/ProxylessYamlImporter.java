package dev.espalier.importer;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.util.List;

/**
 * The tables of ProxylessNAS (Cai et al., ICLR 2019): {@code mobile_trim.yaml}.
 *
 * <pre>
 * expanded_conv-input:28x28x40-output:14x14x80-expand:3-kernel:5-stride:2-idskip:0:
 *   count: 164        # samples
 *   mean: 6.2405      # milliseconds
 *   var: 0.0733       # milliseconds squared
 * </pre>
 *
 * <p>{@code expand} is the ratio of middle to input channels (1 does not expand), {@code idskip}
 * the identity shortcut; activations are ReLU6 throughout. {@code Conv} is the stem (3×3, stride
 * 2), {@code Conv_1} the 1×1 convolution before the pooling.
 *
 * <p>{@code Logits-input:7x7x1280-output:1000} is the pooling and the classifier timed as one. That
 * is neither operator's latency, and how it splits is not known, so the entry is left out and said
 * to be; both operators are missing from the table. {@code Logits-input:1x1x1280-output:1000} would
 * be the classifier alone.
 */
public final class ProxylessYamlImporter implements TableImporter {
  private static final int STEM_KERNEL = 3;
  private static final int STEM_STRIDE = 2;

  @Override
  public String format() {
    return "proxyless-yaml";
  }

  @Override
  public String summary() {
    return "ProxylessNAS's mobile_trim.yaml (ms, variances in ms squared)";
  }

  @Override
  public Mapping mapping() {
    return Mapping.NONE;
  }

  @Override
  public TableReader reader(ImportSettings settings) {
    return (file, readings) ->
        YamlEntries.read(
            file,
            readings,
            List.of("mean", "var", "count"),
            (entry, keyed) -> {
              entry.mean(keyed.values().get("mean"), LatencyUnit.MS);
              entry.variance(keyed.values().get("var"), LatencyUnit.MS);
              entry.samples(keyed.values().get("count"));
              add(entry, keyed.key());
            });
  }

  private static void add(Entry entry, String text) {
    BlockKey key;
    TensorShape input;
    try {
      key = BlockKey.parse(text);
      input = key.shape("input");
    } catch (IllegalArgumentException e) {
      entry.problem(e.getMessage());
      return;
    }
    if (key.type().equals(BlockKey.CLASSIFIER) && (input.height() != 1 || input.width() != 1)) {
      leaveOut(entry, key, input);
    } else {
      entry.add(() -> operator(key, input));
    }
  }

  /** What cannot be an operator has to be read all the same. */
  private static void leaveOut(Entry entry, BlockKey key, TensorShape input) {
    try {
      int outputs = key.whole("output");
      key.finish();
      if (entry.sound()) {
        entry.leaveOut(
            "Logits of %s and %d outputs is the pooling and the classifier timed as one, which is the latency of neither"
                .formatted(input, outputs));
      }
    } catch (IllegalArgumentException e) {
      entry.problem(e.getMessage());
    }
  }

  private static Operator operator(BlockKey key, TensorShape input) {
    Operator operator =
        switch (key.type()) {
          case BlockKey.STEM -> conv(key, input, STEM_KERNEL, STEM_STRIDE);
          case BlockKey.FINAL -> conv(key, input, 1, 1);
          case BlockKey.CLASSIFIER -> Operator.linear(input.channels(), key.whole("output"));
          case BlockKey.BLOCK -> block(key, input);
          default -> throw key.unknown("Conv, Conv_1, Logits and expanded_conv");
        };
    key.finish();
    return operator;
  }

  private static Operator conv(BlockKey key, TensorShape input, int kernel, int stride) {
    return new Operator(
        OperatorKind.CONV,
        input,
        key.shape("output"),
        kernel,
        stride,
        1,
        0,
        0,
        Activation.RELU6,
        Shortcut.NONE,
        Precision.FLOAT32);
  }

  private static Operator block(BlockKey key, TensorShape input) {
    long mid = (long) key.whole("expand") * input.channels();
    if (mid > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(mid + " middle channels are more than there can be");
    }
    return new Operator(
        OperatorKind.MBCONV,
        input,
        key.shape("output"),
        key.whole("kernel"),
        key.whole("stride"),
        1,
        (int) mid,
        0,
        Activation.RELU6,
        key.flag("idskip") ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.FLOAT32);
  }
}
