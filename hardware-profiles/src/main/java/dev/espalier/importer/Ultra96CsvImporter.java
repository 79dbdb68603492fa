package dev.espalier.importer;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.ChannelRounding;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The profiler summaries of OFA's blocks on an Avnet Ultra96-V2: {@code
 * cleaned_latency_summary.csv} of <a
 * href="https://github.com/Pilot-Khadka/Latency-dataset-for-Once-For-All-network">the repository
 * "Latency dataset for Once-For-All network"</a>, as vaitrace of Vitis AI writes them. Latencies
 * are in milliseconds, minimum, average and maximum over a number of runs; the spread is not
 * published and stays unknown. The DPU computes in int8.
 *
 * <p>A line's name tells its operator, shapes being channels x height x width:
 *
 * <pre>
 * ResidualBlock-in_96x14x14-out_136-k_7-e_3-s_1-act_h_swish-use_se_True
 * Conv_in-3x224x224_out-24_k-3_act-relu
 * Conv_in-192x7x7_out-1152_k-1_act-h_swish_shape
 * Linear_in-1536_out-1000
 * </pre>
 *
 * <p>{@code e} is the expansion ratio (1 does not expand; middle channels are rounded to eights as
 * OFA does), squeeze-and-excitation has a quarter of the middle channels, rounded to eights, and a
 * residual block adds its input to its output where the shapes are equal. A convolution's stride is
 * not in its name: it is the one of 1 and 2 that makes the work in the file. That work, two
 * operations a multiply-accumulate of the convolutions alone, also proves every other name: a line
 * whose {@code Workload(GOP)} does not fit its operator is refused.
 *
 * <p>Names are taken at their word. The stem's activation is ReLU in them, where OFA's MobileNetV3
 * has h-swish, so the table does not cover that space's stem; nor has it any pooling.
 */
public final class Ultra96CsvImporter implements TableImporter {
  private static final String NAME = "Kernel Name";
  private static final String RUNS = "Number Of Runs";
  private static final String LEAST = "Minimum Time (ms)";
  private static final String MEAN = "Average Time (ms)";
  private static final String MOST = "Maximum Time (ms)";
  private static final String WORK = "Workload(GOP)";

  private static final Pattern BLOCK =
      Pattern.compile(
          "ResidualBlock-in_([0-9]{1,6})x([0-9]{1,6})x([0-9]{1,6})-out_([0-9]{1,6})-k_([0-9]{1,3})"
              + "-e_([0-9]{1,3})-s_([0-9]{1,3})-act_([a-z0-9_]+)-use_se_(True|False)");
  private static final Pattern CONV =
      Pattern.compile(
          "Conv_in-([0-9]{1,6})x([0-9]{1,6})x([0-9]{1,6})_out-([0-9]{1,6})_k-([0-9]{1,3})"
              + "_act-([a-z0-9_]+?)(?:_shape)?");
  private static final Pattern LINEAR = Pattern.compile("Linear_in-([0-9]{1,6})_out-([0-9]{1,6})");

  private static final int SQUEEZE_REDUCTION = 4;

  /** Of the work that is stated beyond that of the convolutions: biases, and rounding to eights. */
  private static final double WORK_TOLERANCE = 0.08;

  /** Work is stated to three decimals. */
  private static final double WORK_ROUNDING_GOP = 0.001;

  @Override
  public String format() {
    return "ultra96-csv";
  }

  @Override
  public String summary() {
    return "Vitis profiler summaries of OFA's blocks on an Ultra96-V2 (ms, int8)";
  }

  @Override
  public Mapping mapping() {
    return Mapping.NONE;
  }

  @Override
  public TableReader reader(ImportSettings settings) {
    if (settings.precision() != Precision.INT8) {
      throw new IllegalArgumentException(
          "format %s is of a DPU that computes in int8: precision %s cannot be"
              .formatted(format(), Readings.word(settings.precision())));
    }
    return (file, readings) ->
        CsvRows.read(
            file,
            ',',
            readings,
            List.of(NAME, RUNS, LEAST, MEAN, MOST, WORK),
            Ultra96CsvImporter::read);
  }

  private static void read(Entry entry, CsvRows.Row row) {
    entry.mean(row.cell(MEAN), LatencyUnit.MS);
    entry.samples(row.cell(RUNS));
    double least = entry.latencyMicros(row.cell(LEAST), LatencyUnit.MS);
    double mean = entry.latencyMicros(row.cell(MEAN), LatencyUnit.MS);
    double most = entry.latencyMicros(row.cell(MOST), LatencyUnit.MS);
    double work = entry.finite(row.cell(WORK));
    if (entry.sound() && !(least <= mean && mean <= most)) {
      entry.problem(
          "the average %s ms is not between the minimum %s and the maximum %s"
              .formatted(row.cell(MEAN).text(), row.cell(LEAST).text(), row.cell(MOST).text()));
    }
    if (entry.sound()) {
      entry.add(() -> operator(row.cell(NAME).text(), work));
    }
  }

  private static Operator operator(String name, double work) {
    Matcher block = BLOCK.matcher(name);
    if (block.matches()) {
      return requireWork(block(block), work);
    }
    Matcher conv = CONV.matcher(name);
    if (conv.matches()) {
      Operator dense = conv(conv, 1);
      return fits(dense, work) ? dense : requireWork(conv(conv, 2), work);
    }
    Matcher linear = LINEAR.matcher(name);
    if (linear.matches()) {
      return requireWork(Operator.linear(number(linear, 1), number(linear, 2)), work);
    }
    throw new IllegalArgumentException(
        "name '%s' is not ResidualBlock-in_CxHxW-out_C-k_K-e_E-s_S-act_A-use_se_B, Conv_in-CxHxW_out-C_k-K_act-A or Linear_in-C_out-C"
            .formatted(name));
  }

  private static Operator block(Matcher name) {
    TensorShape input = shape(name);
    int stride = number(name, 7);
    TensorShape output = input.convolved(requirePositive("stride", stride), number(name, 4));
    int ratio = requirePositive("expansion", number(name, 6));
    int mid =
        ratio == 1
            ? input.channels()
            : ChannelRounding.toMultipleOfEight((double) input.channels() * ratio);
    return new Operator(
        OperatorKind.MBCONV,
        input,
        output,
        number(name, 5),
        stride,
        1,
        mid,
        name.group(9).equals("True")
            ? ChannelRounding.toMultipleOfEight(mid / SQUEEZE_REDUCTION)
            : 0,
        activation(name.group(8)),
        input.equals(output) ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.INT8);
  }

  private static Operator conv(Matcher name, int stride) {
    return Operator.conv(
        shape(name), number(name, 4), number(name, 5), stride, activation(name.group(6)));
  }

  private static TensorShape shape(Matcher name) {
    return new TensorShape(number(name, 2), number(name, 3), number(name, 1));
  }

  private static int number(Matcher name, int group) {
    return Integer.parseInt(name.group(group));
  }

  private static int requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " " + value + " must be at least 1");
    }
    return value;
  }

  private static Activation activation(String word) {
    return switch (word) {
      case "relu" -> Activation.RELU;
      case "relu6" -> Activation.RELU6;
      case "h_swish", "h-swish" -> Activation.H_SWISH;
      default ->
          throw new IllegalArgumentException(
              "activation '" + word + "' is not relu, relu6 or h_swish");
    };
  }

  private static Operator requireWork(Operator operator, double work) {
    if (!fits(operator, work)) {
      throw new IllegalArgumentException(
          "its work is %s GOP, but that of %s is %s: the name and the work disagree"
              .formatted(work, operator, Readings.micros(gop(operator))));
    }
    return operator;
  }

  private static boolean fits(Operator operator, double work) {
    double expected = gop(operator);
    return Math.abs(work - expected) <= WORK_ROUNDING_GOP + WORK_TOLERANCE * expected;
  }

  /** Of the convolutions alone, in double precision: mistaken names may exceed a long. */
  private static double gop(Operator operator) {
    double positions = (double) operator.output().height() * operator.output().width();
    double inputs = (double) operator.input().height() * operator.input().width();
    double taps = (double) operator.kernel() * operator.kernel();
    double mid = operator.expansionChannels();
    double macs =
        switch (operator.kind()) {
          case MBCONV ->
              (operator.expands() ? inputs * operator.input().channels() * mid : 0)
                  + positions * mid * (taps + operator.output().channels());
          default -> positions * operator.input().channels() * operator.output().channels() * taps;
        };
    return 2 * macs / 1e9;
  }
}
