package dev.espalier.importer;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.ChannelRounding;
import java.util.List;

/**
 * The tables of Once-for-All (Cai et al., ICLR 2020), one file of YAML for each resolution: {@code
 * NNN_lookup_table.yaml} in {@code tutorial/checkpoints/latency_table@note10} of its repository.
 *
 * <pre>
 * expanded_conv-input:12x12x136-output:12x12x136-expand:408-kernel:3-stride:1-idskip:1-se:1-hs:1:
 *   count: 100        # samples
 *   mean: 1.19523     # milliseconds
 *   std: 0.017885     # milliseconds
 * </pre>
 *
 * <p>{@code expand} is the number of middle channels, {@code idskip} the identity shortcut, {@code
 * hs} h-swish in place of ReLU. With {@code se}, squeeze-and-excitation has a quarter of the middle
 * channels, rounded to eights. {@code Conv} is the stem (3×3, stride 2), {@code Conv_1} the 1×1
 * convolution before the pooling {@code AvgPool2D}, {@code Conv_2} the one after it (all three with
 * h-swish), and {@code Logits} the classifier, as OFA's MobileNetV3 has them.
 *
 * <p>A table of one resolution alone gives the sums that OFA published. Tables of neighbouring
 * resolutions share shapes, which were timed anew for each: an operator has one entry here, over
 * the samples of all (see {@link Readings}), so that sums differ from OFA's by the differences
 * between those timings, which on the Note10 are up to 2 % of an operator and 0.15 % of a network.
 */
public final class OfaYamlImporter implements TableImporter {
  private static final int SQUEEZE_REDUCTION = 4;
  private static final int STEM_KERNEL = 3;
  private static final int STEM_STRIDE = 2;

  @Override
  public String format() {
    return "ofa-yaml";
  }

  @Override
  public String summary() {
    return "Once-for-All's NNN_lookup_table.yaml, one file for each resolution (ms)";
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
            List.of("mean", "std", "count"),
            (entry, keyed) -> {
              entry.mean(keyed.values().get("mean"), LatencyUnit.MS);
              entry.deviation(keyed.values().get("std"), LatencyUnit.MS);
              entry.samples(keyed.values().get("count"));
              entry.add(() -> operator(BlockKey.parse(keyed.key())));
            });
  }

  private static Operator operator(BlockKey key) {
    Operator operator =
        switch (key.type()) {
          case BlockKey.STEM -> conv(key, STEM_KERNEL, STEM_STRIDE);
          case BlockKey.FINAL, BlockKey.FEATURE -> conv(key, 1, 1);
          case BlockKey.POOL -> pool(key);
          case BlockKey.CLASSIFIER -> classifier(key);
          case BlockKey.BLOCK -> block(key);
          default -> throw key.unknown("Conv, Conv_1, Conv_2, AvgPool2D, Logits and expanded_conv");
        };
    key.finish();
    return operator;
  }

  private static Operator conv(BlockKey key, int kernel, int stride) {
    return new Operator(
        OperatorKind.CONV,
        key.shape("input"),
        key.shape("output"),
        kernel,
        stride,
        1,
        0,
        0,
        Activation.H_SWISH,
        Shortcut.NONE,
        Precision.FLOAT32);
  }

  private static Operator pool(BlockKey key) {
    Operator pool = Operator.globalPool(key.shape("input"));
    TensorShape output = key.shape("output");
    if (!output.equals(pool.output())) {
      throw new IllegalArgumentException(
          "AvgPool2D makes %s of %s, not %s".formatted(pool.output(), pool.input(), output));
    }
    return pool;
  }

  private static Operator classifier(BlockKey key) {
    TensorShape input = key.shape("input");
    if (input.height() != 1 || input.width() != 1) {
      throw new IllegalArgumentException(
          "Logits of input " + input + ": a classifier's input is 1x1 after the pooling");
    }
    return Operator.linear(input.channels(), key.whole("output"));
  }

  private static Operator block(BlockKey key) {
    int mid = key.whole("expand");
    return new Operator(
        OperatorKind.MBCONV,
        key.shape("input"),
        key.shape("output"),
        key.whole("kernel"),
        key.whole("stride"),
        1,
        mid,
        key.flag("se") ? ChannelRounding.toMultipleOfEight(mid / SQUEEZE_REDUCTION) : 0,
        key.flag("hs") ? Activation.H_SWISH : Activation.RELU,
        key.flag("idskip") ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.FLOAT32);
  }
}
