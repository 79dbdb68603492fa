package dev.espalier.microcontroller;

import dev.espalier.graph.FunctionTable;
import dev.espalier.graph.LayerScaling;
import dev.espalier.graph.Node;
import dev.espalier.graph.Quantisation;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.graph.QuantisedWeights;
import dev.espalier.graph.SumScaling;
import dev.espalier.microcontroller.PatchRegions.Region;
import dev.espalier.microcontroller.PatchRegions.Span;
import dev.espalier.operator.TensorShape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** The text of a model's two files. */
final class SourceWriter {
  /** Numbers a line of an array. */
  private static final int LINE = 24;

  private final QuantisedGraph graph;
  private final List<Step> steps;
  private final List<Kernel> kernels;
  private final PatchRegions regions;
  private final ArenaPlan plan;
  private final String prefix;

  /** Of values, by name. */
  private final Map<String, Integer> numbers = new HashMap<>();

  SourceWriter(
      QuantisedGraph graph,
      List<Step> steps,
      List<Kernel> kernels,
      PatchRegions regions,
      ArenaPlan plan,
      String prefix) {
    this.graph = graph;
    this.steps = steps;
    this.kernels = kernels;
    this.regions = regions;
    this.plan = plan;
    this.prefix = prefix;
    numbers.put(graph.input().name(), 0);
    for (Step step : steps) {
      numbers.put(step.output().name(), numbers.size());
    }
  }

  String header() {
    TensorShape in = graph.input().shape();
    Quantisation input = graph.input().quantisation();
    Quantisation output = graph.output().quantisation();
    String upper = prefix.toUpperCase(Locale.ROOT);
    return """
        /*
         * %s
         *
         * Write one image to %s_input(), rows x columns x channels, call %s_run(), and read as many
         * outputs from what it returns. An integer q stands for scale * (q - zero). Input and output
         * lie in the arena: the run writes over the image, the next image over the outputs. Not
         * reentrant.
         */
        #ifndef %s_H
        #define %s_H
        #include <stdint.h>
        #define %s_ROWS %d
        #define %s_COLUMNS %d
        #define %s_CHANNELS %d
        #define %s_INPUT_SCALE %sf
        #define %s_INPUT_ZERO (%d)
        #define %s_OUTPUTS %d
        #define %s_OUTPUT_SCALE %sf
        #define %s_OUTPUT_ZERO (%d)
        #define %s_ARENA_BYTES %d
        int8_t *%s_input(void);
        const int8_t *%s_run(void);
        #endif
        """
        .formatted(
            comment(graph.name()),
            prefix,
            prefix,
            upper,
            upper,
            upper,
            in.height(),
            upper,
            in.width(),
            upper,
            in.channels(),
            upper,
            Float.toString(input.scale()),
            upper,
            input.zeroPoint(),
            upper,
            graph.output().shape().elements(),
            upper,
            Float.toString(output.scale()),
            upper,
            output.zeroPoint(),
            upper,
            plan.bytes(),
            prefix,
            prefix);
  }

  private static String comment(String text) {
    return text.replace("*/", "* /");
  }

  String source() {
    StringBuilder c = new StringBuilder();
    c.append("/* ").append(comment(graph.name())).append(" */\n");
    c.append("#include \"").append(prefix).append(".h\"\n\n").append(resource("kernels.c"));
    if (patched() > 0) {
      c.append(resource("patches.c"));
    }
    c.append("\n/* ---- the model ---- */\n\n");
    for (int i = 0; i < steps.size(); i++) {
      constants(c, i, steps.get(i));
    }
    c.append("static int8_t ")
        .append(prefix)
        .append("_arena[")
        .append(plan.bytes())
        .append("] __attribute__((aligned(8)));\n\n");
    for (int i = 0; i < steps.size(); i++) {
      function(c, i, steps.get(i));
    }
    c.append("int8_t *%s_input(void) { return %s; }\n\n".formatted(prefix, at(graph.input())));
    c.append("const int8_t *%s_run(void) {\n".formatted(prefix));
    if (patched() > 0) {
      c.append("  for (int p = 0; p < %d; p++) {\n".formatted(regions.patches().count()));
      for (int i = 0; i < patched(); i++) {
        c.append("    step_%d((const place_t *)held(patches_%d) + p);\n".formatted(i, i));
      }
      c.append("  }\n");
    }
    for (int i = patched(); i < steps.size(); i++) {
      c.append("  step_%d();\n".formatted(i));
    }
    c.append("  return %s;\n}\n".formatted(at(graph.output())));
    return c.toString();
  }

  private int patched() {
    return regions.patches().kernels();
  }

  private static String resource(String name) {
    try (InputStream in = SourceWriter.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String at(Tensor tensor) {
    return "(" + prefix + "_arena + " + plan.offsets().get(numbers.get(tensor.name())) + ")";
  }

  private void constants(StringBuilder c, int index, Step step) {
    if (step.node() instanceof QuantisedNode.Convolution n) {
      int zero = n.input().quantisation().zeroPoint();
      bytes(c, "weights_" + index, n.depthwise() ? n.weights().values() : pairs(n.weights()));
      channels(c, index, n.weights(), n.scaling(), zero);
    }
    if (step.node() instanceof QuantisedNode.Linear n) {
      int zero = n.input().quantisation().zeroPoint();
      bytes(c, "weights_" + index, pairs(n.weights()));
      channels(c, index, n.weights(), n.scaling(), zero);
    }
    step.table().map(FunctionTable::values).ifPresent(t -> bytes(c, "table_" + index, t));
    if (index < patched()) {
      places(c, index);
    }
  }

  /** Where a kernel works, patch by patch. */
  private void places(StringBuilder c, int index) {
    c.append(
        "static const place_t patches_%d[%d] = {\n".formatted(index, regions.patches().count()));
    Kernel kernel = kernels.get(index);
    for (int patch = 0; patch < regions.patches().count(); patch++) {
      Region read = regions.read(patch, index);
      Region made = regions.value(patch, index + 1);
      int first = kernel.reads().get(0);
      int other = kernel.reads().get(kernel.reads().size() - 1);
      c.append(
          "  {%d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, %d, 0},\n"
              .formatted(
                  place(patch, first, read, kernel.input().channels()),
                  place(patch, other, read, kernel.input().channels()),
                  place(patch, index + 1, made, kernel.output().channels()),
                  read.rows().length(),
                  read.columns().length(),
                  made.rows().length(),
                  made.columns().length(),
                  regions.held(patch, first).columns().length(),
                  regions.held(patch, other).columns().length(),
                  regions.held(patch, index + 1).columns().length(),
                  reach(read.rows(), made.rows(), kernel),
                  reach(read.columns(), made.columns(), kernel)));
    }
    c.append("};\n\n");
  }

  /** The offset in the arena of the first position of a part of what is held of a value. */
  private int place(int patch, int value, Region part, int channels) {
    Region held = regions.held(patch, value);
    int row = part.rows().from() - held.rows().from();
    int column = part.columns().from() - held.columns().from();
    return plan.offsets().get(value) + (row * held.columns().length() + column) * channels;
  }

  /** How far the first window reaches over what is read. */
  private static int reach(Span read, Span made, Kernel kernel) {
    return read.from() - (made.from() * kernel.stride() - kernel.padding());
  }

  /**
   * Four inputs of an even output channel, four of the next, and so on; inputs in the order row,
   * column, channel, as windows are read.
   */
  private static byte[] pairs(QuantisedWeights weights) {
    int outputs = weights.channels();
    int window = weights.length() / outputs;
    int positions = weights.shape().length == 4 ? weights.size(2) * weights.size(3) : 1;
    int inputs = window / positions;
    int words = (window + 3) / 4;
    byte[] pairs = new byte[(outputs + 1) / 2 * words * 8];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < window; i++) {
        byte value = weights.value(o * window + i % inputs * positions + i / inputs);
        pairs[(o / 2 * words + i / 4) * 8 + o % 2 * 4 + i % 4] = value;
      }
    }
    return pairs;
  }

  private void channels(
      StringBuilder c, int index, QuantisedWeights weights, LayerScaling scaling, int zero) {
    int window = weights.length() / weights.channels();
    c.append("static const channel_t channels_%d[%d] = {\n".formatted(index, weights.channels()));
    for (int o = 0; o < weights.channels(); o++) {
      int sum = 0;
      for (int i = 0; i < window; i++) {
        sum += weights.value(o * window + i);
      }
      // Padding holds the zero point, so that it is subtracted from every input alike.
      c.append("  {%d, %d},\n".formatted(weights.bias(o) - zero * sum, scaling.multiplier(o)));
    }
    c.append("};\n\n");
  }

  private static void bytes(StringBuilder c, String name, byte[] values) {
    c.append("static const int8_t ").append(name).append('[').append(values.length).append(']');
    c.append(" __attribute__((aligned(4))) = {\n");
    for (int i = 0; i < values.length; i += LINE) {
      StringJoiner line = new StringJoiner(",", "  ", ",\n");
      for (int j = i; j < Math.min(i + LINE, values.length); j++) {
        line.add(Byte.toString(values[j]));
      }
      c.append(line);
    }
    c.append("};\n\n");
  }

  private void function(StringBuilder c, int index, Step step) {
    boolean patch = index < patched();
    String call = patch ? patchCall(index, step) : step.node().accept(new Call(index, step));
    c.append("/* %s */\n".formatted(comment(step.output().name())));
    c.append(
        "static __attribute__((noinline)) void step_%d(%s) {\n  %s\n}\n\n"
            .formatted(index, patch ? "const place_t *p" : "void", call));
  }

  /** The macro that a step is where it works on patches. */
  private String patchCall(int index, Step step) {
    Call of = new Call(index, step);
    Kernel kernel = kernels.get(index);
    int inputs = kernel.input().channels();
    int outputs = kernel.output().channels();
    String arena = prefix + "_arena";
    if (step.node() instanceof QuantisedNode.Linear n) {
      return of.call(
          "PATCH_POINTWISE",
          arena,
          "p",
          of.weights(),
          of.channels(),
          of.scratch(),
          inputs,
          outputs,
          n.scaling().zeroPoint(),
          n.scaling().shift(),
          of.table());
    }
    if (step.node() instanceof QuantisedNode.Convolution n) {
      int zero = n.input().quantisation().zeroPoint();
      int outZero = n.scaling().zeroPoint();
      int shift = n.scaling().shift();
      return switch (kernel.kind()) {
        case POINTWISE ->
            of.call(
                "PATCH_POINTWISE",
                arena,
                "p",
                of.weights(),
                of.channels(),
                of.scratch(),
                inputs,
                outputs,
                outZero,
                shift,
                of.table());
        case DEPTHWISE ->
            of.call(
                "PATCH_DEPTHWISE",
                arena,
                "p",
                of.weights(),
                of.channels(),
                of.scratch(),
                inputs,
                kernel.side(),
                kernel.stride(),
                zero,
                outZero,
                shift,
                of.table());
        default ->
            of.call(
                "PATCH_CONVOLUTION",
                arena,
                "p",
                of.weights(),
                of.channels(),
                of.scratch(),
                inputs,
                kernel.side(),
                kernel.stride(),
                outputs,
                zero,
                outZero,
                shift,
                of.table());
      };
    }
    if (step.node() instanceof QuantisedNode.Add n) {
      return of.call(
          "PATCH_ADD",
          arena,
          "p",
          outputs,
          n.scaling().leftMultiplier(),
          n.scaling().rightMultiplier(),
          offset(n.scaling()),
          n.scaling().zeroPoint(),
          n.scaling().shift(),
          of.table());
    }
    if (step.node() instanceof QuantisedNode.Pool n) {
      return of.call(
          "PATCH_POOL",
          arena,
          "p",
          inputs,
          kernel.side(),
          kernel.stride(),
          n.kind() == Node.Pool.Kind.AVERAGE ? 1 : 0);
    }
    if (step.node() instanceof QuantisedNode.Table) {
      return of.call("PATCH_TABLE", arena, "p", inputs, of.table());
    }
    throw new IllegalStateException("no patches of " + kernel.kind());
  }

  private static int offset(SumScaling scaling) {
    return (1 << (scaling.shift() - 1))
        - scaling.leftZeroPoint() * scaling.leftMultiplier()
        - scaling.rightZeroPoint() * scaling.rightMultiplier();
  }

  /** The macro that a step is, with its arguments. */
  private final class Call implements QuantisedNode.Visitor<String> {
    private final int index;
    private final Step step;

    Call(int index, Step step) {
      this.index = index;
      this.step = step;
    }

    private String call(String macro, Object... arguments) {
      StringJoiner joined = new StringJoiner(", ", macro + "(", ");");
      for (Object argument : arguments) {
        joined.add(argument instanceof Integer i && i < 0 ? "(" + i + ")" : argument.toString());
      }
      return joined.toString();
    }

    private String weights() {
      return "weights_" + index;
    }

    private String channels() {
      return "channels_" + index;
    }

    private String scratch() {
      return "(word_t *)(void *)(" + prefix + "_arena + " + plan.scratch().get(index) + ")";
    }

    private String table() {
      return step.table().isPresent() ? "table_" + index : "(const int8_t *)0";
    }

    private String out() {
      return at(step.output());
    }

    @Override
    public String convolution(QuantisedNode.Convolution n) {
      TensorShape from = n.input().shape();
      TensorShape to = n.output().shape();
      int zero = n.input().quantisation().zeroPoint();
      LayerScaling scaling = n.scaling();
      if (n.depthwise()) {
        return call(
            "DEPTHWISE",
            at(n.input()),
            out(),
            weights(),
            channels(),
            scratch(),
            from.height(),
            from.width(),
            from.channels(),
            n.kernel(),
            n.stride(),
            to.height(),
            to.width(),
            zero,
            scaling.zeroPoint(),
            scaling.shift(),
            table());
      }
      if (n.kernel() == 1 && n.stride() == 1) {
        return pointwise(n.input(), to.channels(), scaling);
      }
      return call(
          "CONVOLUTION",
          at(n.input()),
          out(),
          weights(),
          channels(),
          scratch(),
          from.height(),
          from.width(),
          from.channels(),
          n.kernel(),
          n.stride(),
          to.height(),
          to.width(),
          to.channels(),
          zero,
          scaling.zeroPoint(),
          scaling.shift(),
          table());
    }

    private String pointwise(Tensor input, int outputs, LayerScaling scaling) {
      TensorShape from = input.shape();
      return call(
          "POINTWISE",
          at(input),
          out(),
          weights(),
          channels(),
          scratch(),
          from.height() * from.width(),
          from.channels(),
          outputs,
          scaling.zeroPoint(),
          scaling.shift(),
          table());
    }

    @Override
    public String linear(QuantisedNode.Linear n) {
      return pointwise(n.input(), n.weights().channels(), n.scaling());
    }

    @Override
    public String table(QuantisedNode.Table n) {
      return call("TABLE", at(n.input()), out(), n.input().shape().elements(), table());
    }

    @Override
    public String add(QuantisedNode.Add n) {
      SumScaling scaling = n.scaling();
      return call(
          "ADD",
          at(n.left()),
          at(n.right()),
          out(),
          n.output().shape().elements(),
          scaling.leftMultiplier(),
          scaling.rightMultiplier(),
          offset(scaling),
          scaling.zeroPoint(),
          scaling.shift(),
          table());
    }

    @Override
    public String scale(QuantisedNode.Scale n) {
      TensorShape shape = n.input().shape();
      return call(
          "SCALE",
          at(n.input()),
          at(n.scale()),
          out(),
          shape.height() * shape.width(),
          shape.channels(),
          n.input().quantisation().zeroPoint(),
          n.scale().quantisation().zeroPoint(),
          n.scaling().multiplier(0),
          n.scaling().zeroPoint(),
          n.scaling().shift(),
          table());
    }

    @Override
    public String pool(QuantisedNode.Pool n) {
      TensorShape from = n.input().shape();
      TensorShape to = n.output().shape();
      return call(
          "POOL",
          at(n.input()),
          out(),
          from.height(),
          from.width(),
          from.channels(),
          n.kernel(),
          n.stride(),
          n.padding(),
          to.height(),
          to.width(),
          n.kind() == Node.Pool.Kind.AVERAGE ? 1 : 0);
    }

    @Override
    public String globalAveragePool(QuantisedNode.GlobalAveragePool n) {
      TensorShape from = n.input().shape();
      return call(
          "GLOBAL_AVERAGE",
          at(n.input()),
          out(),
          from.height() * from.width(),
          from.channels(),
          n.input().quantisation().zeroPoint(),
          n.scaling().multiplier(0),
          n.scaling().zeroPoint(),
          n.scaling().shift(),
          table());
    }
  }
}
