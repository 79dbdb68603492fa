package dev.espalier.space;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * OFA-ResNet50, the elastic ResNet-50D that OFA released (Cai et al., ICLR 2020; its code names
 * depth, expansion and width): a stem of three 3×3 convolutions of which the middle one is residual
 * and can be left out, max pooling, then stages of bottlenecks.
 *
 * <p>The decisions are {@code resolution}, {@code stem.depth} (0 without the residual convolution),
 * {@code stem.middle.width}, {@code stem.width}, then for each stage {@code stageS.depth}, {@code
 * stageS.width} and for each block {@code stageS.blockB.expansion}, which has no effect beyond the
 * stage's depth. Channel counts follow OFA's rounding: to eights, and of middle channels first to
 * the nearest even whole number.
 */
public final class OfaResNet50 implements SearchSpace {
  /** Side and stride of the pooling behind the stem. */
  public static final int POOL_KERNEL = 3;

  /** Stride of the first convolution, and of the pooling. */
  public static final int STEM_STRIDE = 2;

  /** Side of the kernels of the stem and of the bottlenecks. */
  static final int KERNEL = 3;

  private static final int RESOLUTION = 0;
  private static final int STEM_DEPTH = 1;
  private static final int STEM_MIDDLE_WIDTH = 2;
  private static final int STEM_WIDTH = 3;
  private static final int STEM_SLOTS = 4;

  private final ResNet50Definition definition;
  private final List<Decision> decisions;
  private final List<Slot> slots;
  private final List<Block> blocks;
  private final int[] depthDecisions;

  /**
   * One bottleneck.
   *
   * @param stage index of its stage
   * @param position within the stage, 0 first
   * @param stride of its k×k convolution
   * @param inputWidthDecision index of the decision on its input's width
   * @param depthDecision index of its stage's depth decision
   * @param widthDecision index of its stage's width decision
   * @param expansionDecision index of its expansion decision
   */
  public record Block(
      int stage,
      int position,
      int stride,
      int inputWidthDecision,
      int depthDecision,
      int widthDecision,
      int expansionDecision) {

    /** The name of its slot and the prefix of its weights. */
    public String name() {
      return "stage" + (stage + 1) + ".block" + (position + 1);
    }

    /** The first of a stage projects its shortcut, the others add their input. */
    public Shortcut shortcut() {
      return position == 0 ? Shortcut.PROJECTION : Shortcut.IDENTITY;
    }
  }

  /** Makes the space of a definition. */
  public OfaResNet50(ResNet50Definition definition) {
    this.definition = definition;
    List<String> widths = definition.widths().stream().map(String::valueOf).toList();
    List<Decision> decisions = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    decisions.add(
        new Decision(
            "resolution", definition.resolutions().stream().map(String::valueOf).toList()));
    decisions.add(new Decision("stem.depth", List.of("0", "1")));
    decisions.add(new Decision("stem.middle.width", widths));
    decisions.add(new Decision("stem.width", widths));
    slots.add(new Slot("stem.first", List.of(RESOLUTION, STEM_MIDDLE_WIDTH)));
    slots.add(new Slot("stem.middle", List.of(RESOLUTION, STEM_DEPTH, STEM_MIDDLE_WIDTH)));
    slots.add(new Slot("stem.last", List.of(RESOLUTION, STEM_MIDDLE_WIDTH, STEM_WIDTH)));
    slots.add(new Slot("stem.pool", List.of(RESOLUTION, STEM_WIDTH)));
    depthDecisions = new int[definition.stages().size()];
    int inputWidth = STEM_WIDTH;
    for (int s = 0; s < depthDecisions.length; s++) {
      ResNet50Definition.Stage stage = definition.stages().get(s);
      int depth = decisions.size();
      int width = depth + 1;
      depthDecisions[s] = depth;
      decisions.add(
          new Decision(
              "stage" + (s + 1) + ".depth", stage.depths().stream().map(String::valueOf).toList()));
      decisions.add(new Decision("stage" + (s + 1) + ".width", widths));
      for (int b = 0; b < stage.maxDepth(); b++) {
        int expansion = decisions.size();
        Block block =
            new Block(s, b, b == 0 ? stage.stride() : 1, inputWidth, depth, width, expansion);
        blocks.add(block);
        decisions.add(
            new Decision(
                block.name() + ".expansion",
                definition.expansions().stream().map(String::valueOf).toList()));
        slots.add(
            new Slot(
                block.name(),
                b == 0
                    ? List.of(RESOLUTION, inputWidth, width, expansion)
                    : List.of(RESOLUTION, depth, width, expansion)));
        inputWidth = width;
      }
    }
    slots.add(new Slot("pool", List.of(RESOLUTION, inputWidth)));
    slots.add(new Slot("classifier", List.of(inputWidth)));
    this.decisions = List.copyOf(decisions);
    this.slots = List.copyOf(slots);
    this.blocks = List.copyOf(blocks);
  }

  /** The data this space was made from. */
  public ResNet50Definition definition() {
    return definition;
  }

  /** All bottlenecks from input to output. */
  public List<Block> blocks() {
    return blocks;
  }

  @Override
  public String family() {
    return OfaResNet50Family.NAME;
  }

  @Override
  public List<Decision> decisions() {
    return decisions;
  }

  @Override
  public List<Slot> slots() {
    return slots;
  }

  /** The input side that an architecture takes. */
  public int resolution(Architecture architecture) {
    return definition.resolutions().get(architecture.option(RESOLUTION));
  }

  /** Whether the stem's residual convolution is executed. */
  public boolean stemResidual(Architecture architecture) {
    return architecture.option(STEM_DEPTH) == 1;
  }

  /** Channels between the stem's convolutions. */
  public int stemMiddleChannels(Architecture architecture) {
    return stemMiddleChannels(architecture.option(STEM_MIDDLE_WIDTH));
  }

  /** Channels of the stem's output. */
  public int stemChannels(Architecture architecture) {
    return stemChannels(architecture.option(STEM_WIDTH));
  }

  /** Whether a block is executed. */
  public boolean active(Block block, Architecture architecture) {
    return block.position() < depth(block.stage(), architecture.option(block.depthDecision()));
  }

  /** Channels at a block's input. */
  public int inputChannels(Block block, Architecture architecture) {
    return inputChannels(block, architecture.option(block.inputWidthDecision()));
  }

  /** Channels at a block's output. */
  public int outputChannels(Block block, Architecture architecture) {
    return stageChannels(block.stage(), architecture.option(block.widthDecision()));
  }

  /** Channels of a block's k×k convolution. */
  public int middleChannels(Block block, Architecture architecture) {
    return middleChannels(
        outputChannels(block, architecture), architecture.option(block.expansionDecision()));
  }

  /** Channels that leave the last stage. */
  public int lastChannels(Architecture architecture) {
    return outputChannels(blocks.get(blocks.size() - 1), architecture);
  }

  /** Sets the options of the stem's three decisions in a code. */
  static void setStem(byte[] code, int depth, int middleWidth, int width) {
    code[STEM_DEPTH] = (byte) depth;
    code[STEM_MIDDLE_WIDTH] = (byte) middleWidth;
    code[STEM_WIDTH] = (byte) width;
  }

  private int depth(int stage, int option) {
    return definition.stages().get(stage).depths().get(option);
  }

  private int width(int channels, int option) {
    return ChannelRounding.toMultipleOfEight(channels * definition.widths().get(option));
  }

  /** Channels between the stem's convolutions at an option of their width. */
  int stemMiddleChannels(int option) {
    return ChannelRounding.toMultipleOfEight(stemChannels(option) / 2);
  }

  /** Channels of the stem's output at an option of its width. */
  int stemChannels(int option) {
    return width(definition.stemChannels(), option);
  }

  /** Channels of a stage's outputs at an option of its width. */
  int stageChannels(int stage, int option) {
    return width(definition.stages().get(stage).channels(), option);
  }

  private int inputChannels(Block block, int option) {
    if (block.position() > 0) {
      return stageChannels(block.stage(), option);
    }
    return block.stage() == 0 ? stemChannels(option) : stageChannels(block.stage() - 1, option);
  }

  /** Channels of a k×k convolution at an option of its expansion. */
  int middleChannels(int outputChannels, int option) {
    return ChannelRounding.toMultipleOfEight(
        Math.rint(outputChannels * definition.expansions().get(option)));
  }

  @Override
  public void canonicalize(byte[] code) {
    for (Block block : blocks) {
      if (block.position() >= depth(block.stage(), code[block.depthDecision()])) {
        code[block.expansionDecision()] = 0;
      }
    }
  }

  @Override
  public List<Operator> operators(int slot, byte[] code) {
    int block = slot - STEM_SLOTS;
    Block last = blocks.get(blocks.size() - 1);
    if (block >= 0 && block < blocks.size()) {
      return bottleneck(blocks.get(block), code);
    }
    int side = definition.resolutions().get(code[RESOLUTION]);
    int middle = stemMiddleChannels(code[STEM_MIDDLE_WIDTH]);
    TensorShape image = new TensorShape(side, side, definition.inputChannels());
    TensorShape inStem = image.convolved(STEM_STRIDE, middle);
    int stem = stemChannels(code[STEM_WIDTH]);
    return switch (slots.get(slot).name()) {
      case "stem.first" ->
          List.of(Operator.conv(image, middle, KERNEL, STEM_STRIDE, Activation.RELU));
      case "stem.middle" ->
          code[STEM_DEPTH] == 0
              ? List.of()
              : List.of(Operator.conv(inStem, middle, KERNEL, 1, Activation.RELU).withIdentity());
      case "stem.last" -> List.of(Operator.conv(inStem, stem, KERNEL, 1, Activation.RELU));
      case "stem.pool" ->
          List.of(Operator.maxPool(inStem.convolved(1, stem), POOL_KERNEL, STEM_STRIDE));
      case "pool" ->
          List.of(
              Operator.globalPool(
                  stageInput(definition.stages().size(), code, lastChannels(last, code))));
      default -> List.of(Operator.linear(lastChannels(last, code), definition.classes()));
    };
  }

  private int lastChannels(Block last, byte[] code) {
    return stageChannels(last.stage(), code[last.widthDecision()]);
  }

  /** The shape that enters a stage; with the number of stages, the shape that leaves the last. */
  private TensorShape stageInput(int stage, byte[] code, int channels) {
    int side = definition.resolutions().get(code[RESOLUTION]);
    TensorShape shape =
        new TensorShape(side, side, 1).convolved(STEM_STRIDE, 1).convolved(STEM_STRIDE, 1);
    for (int s = 0; s < stage; s++) {
      shape = shape.convolved(definition.stages().get(s).stride(), 1);
    }
    return shape.convolved(1, channels);
  }

  private List<Operator> bottleneck(Block block, byte[] code) {
    if (block.position() >= depth(block.stage(), code[block.depthDecision()])) {
      return List.of();
    }
    TensorShape output =
        stageInput(
            block.stage() + 1, code, stageChannels(block.stage(), code[block.widthDecision()]));
    TensorShape input =
        block.position() > 0
            ? output
            : stageInput(
                block.stage(), code, inputChannels(block, code[block.inputWidthDecision()]));
    return List.of(
        new Operator(
            OperatorKind.BOTTLENECK,
            input,
            output,
            KERNEL,
            block.stride(),
            1,
            middleChannels(output.channels(), code[block.expansionDecision()]),
            0,
            Activation.RELU,
            block.shortcut(),
            Precision.FLOAT32));
  }

  @Override
  public BigInteger size() {
    BigInteger expansions = BigInteger.valueOf(definition.expansions().size());
    BigInteger widths = BigInteger.valueOf(definition.widths().size());
    BigInteger size =
        BigInteger.valueOf(2L * definition.resolutions().size()).multiply(widths.pow(2));
    for (ResNet50Definition.Stage stage : definition.stages()) {
      size =
          size.multiply(widths)
              .multiply(
                  stage.depths().stream()
                      .map(expansions::pow)
                      .reduce(BigInteger.ZERO, BigInteger::add));
    }
    return size;
  }

  /**
   * {@inheritDoc}
   *
   * <p>For this family {@code r224 d1w1.0w1.0 d4w1.0:e0.35,e0.35,e0.35,e0.35 …}: resolution; the
   * stem's depth, middle width and width; per stage its depth, width and expansions.
   */
  @Override
  public String format(Architecture architecture) {
    StringBuilder text = new StringBuilder("r").append(resolution(architecture));
    text.append(" d").append(label(STEM_DEPTH, architecture));
    text.append('w').append(label(STEM_MIDDLE_WIDTH, architecture));
    text.append('w').append(label(STEM_WIDTH, architecture));
    for (Block block : blocks) {
      if (block.position() == 0) {
        text.append(" d").append(label(block.depthDecision(), architecture));
        text.append('w').append(label(block.widthDecision(), architecture)).append(':');
      } else if (active(block, architecture)) {
        text.append(',');
      }
      if (active(block, architecture)) {
        text.append('e').append(label(block.expansionDecision(), architecture));
      }
    }
    return text.toString();
  }

  private String label(int decision, Architecture architecture) {
    return decisions.get(decision).options().get(architecture.option(decision));
  }

  @Override
  public Architecture parse(String text) {
    String[] words = text.trim().split("\\s+");
    ArchitectureText reader = new ArchitectureText(this, text);
    if (words.length != depthDecisions.length + 2) {
      throw reader.wrong(
          "expected the resolution, the stem and " + depthDecisions.length + " stages");
    }
    byte[] code = new byte[decisions.size()];
    reader.options(code, words[0], new String[] {"r"}, RESOLUTION);
    reader.options(
        code, words[1], new String[] {"d", "w", "w"}, STEM_DEPTH, STEM_MIDDLE_WIDTH, STEM_WIDTH);
    int next = 0;
    for (int s = 0; s < depthDecisions.length; s++) {
      String[] parts = words[s + 2].split("[:,]", -1);
      reader.options(
          code, parts[0], new String[] {"d", "w"}, depthDecisions[s], depthDecisions[s] + 1);
      int depth = depth(s, code[depthDecisions[s]]);
      reader.requireBlocks(s, depth, parts.length - 1);
      for (int b = 0; b < definition.stages().get(s).maxDepth(); b++, next++) {
        if (b < depth) {
          reader.options(
              code, parts[b + 1], new String[] {"e"}, blocks.get(next).expansionDecision());
        }
      }
    }
    return Architecture.ofCanonical(code);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OfaResNet50 o && definition.equals(o.definition);
  }

  @Override
  public int hashCode() {
    return definition.hashCode();
  }
}
