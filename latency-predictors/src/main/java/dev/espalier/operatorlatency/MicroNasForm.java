package dev.espalier.operatorlatency;

import dev.espalier.importer.SourceFile;
import dev.espalier.operator.Precision;
import dev.espalier.work.OperatorWork;
import dev.espalier.work.Primitive;
import dev.espalier.work.PrimitiveKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Single operators of <a href="https://github.com/tk-king/MicroNas">MicroNAS</a> (King, Zhou,
 * Röddiger and Beigl, <em>MicroNAS for memory and latency constrained hardware aware neural
 * architecture search in time series classification on microcontrollers</em>, 2025) on boards with
 * TFLite-Micro and CMSIS-NN in int8, as one CSV: columns {@code board_name}, {@code op}, {@code
 * input_shape} and {@code output_shape} (batch first, {@code 1x16x9x12}; the inputs of a sum with a
 * plus between), {@code kernel} and {@code strides} ({@code 3x1}), {@code groups}, {@code
 * invoke_ms} (milliseconds of the whole invocation of a model of that operator) and {@code
 * suspect}.
 *
 * <p>Lines that are marked suspect, and operators that no network here has (softmax), are left out.
 * Operators of equal input shape are a group.
 */
final class MicroNasForm implements SampleForm {
  private static final String BOARD = "board_name";
  private static final String OP = "op";
  private static final String INPUT = "input_shape";
  private static final String OUTPUT = "output_shape";
  private static final String KERNEL = "kernel";
  private static final String STRIDES = "strides";
  private static final String GROUPS = "groups";
  private static final String LATENCY = "invoke_ms";
  private static final String SUSPECT = "suspect";
  private static final List<String> COLUMNS =
      List.of(BOARD, OP, INPUT, OUTPUT, KERNEL, STRIDES, GROUPS, LATENCY, SUSPECT);

  @Override
  public String name() {
    return "micronas-csv";
  }

  @Override
  public String summary() {
    return "operators of MicroNAS on boards (ms, int8 CMSIS-NN); --device is the board";
  }

  @Override
  public MeasuredSet read(List<SourceFile> files, SampleChoice choice) {
    if (choice.precision() != Precision.INT8) {
      throw new IllegalArgumentException(
          "form %s is of int8 kernels: precision %s cannot be"
              .formatted(name(), choice.precision()));
    }
    Map<String, List<MeasuredWork>> boards = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    for (SourceFile file : files) {
      SampleLines.read(
          file,
          COLUMNS,
          line -> {
            if (!line.text(SUSPECT).equals("0")) {
              leftOut.add(line.place() + ": marked suspect");
            } else if (line.text(OP).equals("softmax")) {
              leftOut.add(line.place() + ": softmax, which no network here has");
            } else {
              boards
                  .computeIfAbsent(line.text(BOARD), b -> new ArrayList<>())
                  .add(
                      new MeasuredWork(
                          line.place(),
                          line.text(INPUT),
                          MeasuredWork.Subject.OPERATOR,
                          List.of(work(line)),
                          line.millisToMicros(LATENCY)));
            }
          });
    }
    String board = choice.deviceOf(boards.keySet());
    return new MeasuredSet(
        "MicroNAS operators on " + board + ", int8 TFLite-Micro with CMSIS-NN",
        "input shape",
        boards.get(board),
        boards.entrySet().stream()
            .filter(e -> !e.getKey().equals(board))
            .map(e -> new MeasuredSet.OtherDevice(e.getKey(), e.getValue()))
            .toList(),
        leftOut);
  }

  private static OperatorWork work(SampleLines.Line line) {
    int[] input = numbers(line, INPUT, line.text(INPUT).split("\\+", -1)[0]);
    int[] output = numbers(line, OUTPUT, line.text(OUTPUT));
    if (input.length != 4 || (output.length != 4 && output.length != 2)) {
      throw new IllegalArgumentException(
          "shapes %s and %s are not batch x rows x columns x channels"
              .formatted(line.text(INPUT), line.text(OUTPUT)));
    }
    int channels = output[output.length - 1];
    long positions = output.length == 4 ? (long) output[1] * output[2] : 1;
    long inputElements = (long) input[1] * input[2] * input[3];
    return switch (line.text(OP)) {
      case "conv2d" -> OperatorWork.of(convolution(line, input, output), inputElements);
      case "add" ->
          OperatorWork.of(
              new Primitive(PrimitiveKind.ADD, positions, 1, channels, 1), 2 * inputElements);
      case "global_average_pooling2d" ->
          OperatorWork.of(
              new Primitive(PrimitiveKind.GLOBAL_POOL, 1, 1, channels, input[1] * input[2]),
              inputElements);
      default ->
          throw new IllegalArgumentException(
              "column op: '%s' is not conv2d, add, global_average_pooling2d or softmax"
                  .formatted(line.text(OP)));
    };
  }

  private static Primitive convolution(SampleLines.Line line, int[] input, int[] output) {
    int[] kernel = numbers(line, KERNEL, line.text(KERNEL));
    int[] strides = numbers(line, STRIDES, line.text(STRIDES));
    int[] groups = numbers(line, GROUPS, line.text(GROUPS));
    if (output.length != 4 || kernel.length != 2 || strides.length != 2 || groups[0] != 1) {
      throw new IllegalArgumentException(
          "a conv2d has a kernel and strides of two numbers, an output of four and one group");
    }
    for (int side = 0; side < 2; side++) {
      int expected = (input[1 + side] - 1) / strides[side] + 1;
      if (output[1 + side] != expected) {
        throw new IllegalArgumentException(
            "output %s is not what strides %s make of input %s"
                .formatted(line.text(OUTPUT), line.text(STRIDES), line.text(INPUT)));
      }
    }
    int taps = kernel[0] * kernel[1];
    boolean plain = taps == 1 && strides[0] == 1 && strides[1] == 1;
    return new Primitive(
        plain ? PrimitiveKind.POINTWISE : PrimitiveKind.CONVOLUTION,
        (long) output[1] * output[2],
        input[3],
        output[3],
        taps);
  }

  private static int[] numbers(SampleLines.Line line, String column, String text) {
    try {
      int[] numbers = Arrays.stream(text.split("x", -1)).mapToInt(Integer::parseInt).toArray();
      if (Arrays.stream(numbers).allMatch(n -> n > 0)) {
        return numbers;
      }
    } catch (NumberFormatException e) {
      // Said below, with the column.
    }
    throw new IllegalArgumentException(
        "column %s: '%s' is not whole numbers above 0 with x between"
            .formatted(column, line.text(column)));
  }
}
