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
 * OFA-MobileNetV3 (Cai et al., <em>Once-for-All</em>, ICLR 2020, section 4.1): elastic resolution,
 * and per stage an elastic depth, per block an elastic kernel and expansion ratio.
 *
 * <p>The decisions are {@code resolution}, then for each stage {@code stageS.depth} followed by
 * {@code stageS.blockB.kernel} and {@code stageS.blockB.expansion} for each block. Kernel and
 * expansion of a block beyond its stage's depth have no effect. Channel counts follow OFA's
 * rounding to eights.
 */
public final class OfaMobileNetV3 implements SearchSpace {
  /** Stride of the stem convolution, fixed in this family. */
  public static final int STEM_STRIDE = 2;

  private static final int RESOLUTION = 0;

  private final MobileNetV3Definition definition;
  private final List<Decision> decisions;
  private final List<Slot> slots;
  private final List<Block> blocks;
  private final int[] depthDecisions;

  /**
   * One elastic block.
   *
   * @param stage index of its stage
   * @param position within the stage, 0 first
   * @param inputChannels at its input
   * @param outputChannels at its output
   * @param stride of its depthwise convolution
   * @param activation after expansion and depthwise convolution
   * @param squeezeReduction 0 without squeeze-and-excitation
   * @param depthDecision index of its stage's depth decision
   * @param kernelDecision index of its kernel decision
   * @param expansionDecision index of its expansion decision
   */
  public record Block(
      int stage,
      int position,
      int inputChannels,
      int outputChannels,
      int stride,
      Activation activation,
      int squeezeReduction,
      int depthDecision,
      int kernelDecision,
      int expansionDecision) {

    /** The name of its slot and the prefix of its weights. */
    public String name() {
      return "stage" + (stage + 1) + ".block" + (position + 1);
    }

    /** Channels between expansion and projection at an expansion ratio. */
    public int expansionChannels(int ratio) {
      return ChannelRounding.toMultipleOfEight((double) inputChannels * ratio);
    }

    /** Hidden channels of squeeze-and-excitation for a number of expansion channels, 0 without. */
    public int squeezeChannels(int expansionChannels) {
      return squeezeReduction == 0
          ? 0
          : ChannelRounding.toMultipleOfEight(expansionChannels / squeezeReduction);
    }

    /** Whether the input is added to the output. */
    public Shortcut shortcut() {
      return stride == 1 && inputChannels == outputChannels ? Shortcut.IDENTITY : Shortcut.NONE;
    }
  }

  /** Makes the space of a definition. */
  public OfaMobileNetV3(MobileNetV3Definition definition) {
    this.definition = definition;
    List<Decision> decisions = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    decisions.add(new Decision("resolution", labels(definition.resolutions())));
    slots.add(new Slot("stem", List.of(RESOLUTION)));
    slots.add(new Slot("first", List.of(RESOLUTION)));
    depthDecisions = new int[definition.stages().size()];
    int channels = definition.firstChannels();
    for (int s = 0; s < definition.stages().size(); s++) {
      MobileNetV3Definition.Stage stage = definition.stages().get(s);
      int depth = decisions.size();
      depthDecisions[s] = depth;
      decisions.add(new Decision("stage" + (s + 1) + ".depth", labels(stage.depths())));
      for (int b = 0; b < stage.maxDepth(); b++) {
        int kernel = decisions.size();
        Block block =
            new Block(
                s,
                b,
                channels,
                stage.channels(),
                b == 0 ? stage.stride() : 1,
                stage.activation(),
                stage.squeezeReduction(),
                depth,
                kernel,
                kernel + 1);
        blocks.add(block);
        decisions.add(new Decision(block.name() + ".kernel", labels(definition.kernels())));
        decisions.add(new Decision(block.name() + ".expansion", labels(definition.expansions())));
        slots.add(new Slot(block.name(), List.of(RESOLUTION, depth, kernel, kernel + 1)));
        channels = stage.channels();
      }
    }
    slots.add(new Slot("final", List.of(RESOLUTION)));
    slots.add(new Slot("pool", List.of(RESOLUTION)));
    slots.add(new Slot("feature", List.of()));
    slots.add(new Slot("classifier", List.of()));
    this.decisions = List.copyOf(decisions);
    this.slots = List.copyOf(slots);
    this.blocks = List.copyOf(blocks);
  }

  private static List<String> labels(List<Integer> values) {
    return values.stream().map(String::valueOf).toList();
  }

  /** The data this space was made from. */
  public MobileNetV3Definition definition() {
    return definition;
  }

  /** All elastic blocks from input to output. */
  public List<Block> blocks() {
    return blocks;
  }

  @Override
  public String family() {
    return OfaMobileNetV3Family.NAME;
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

  /** Number of blocks in a stage. */
  public int depth(int stage, Architecture architecture) {
    return definition.stages().get(stage).depths().get(architecture.option(depthDecisions[stage]));
  }

  /** Whether a block is executed. */
  public boolean active(Block block, Architecture architecture) {
    return block.position() < depth(block.stage(), architecture);
  }

  /** The kernel side of a block. */
  public int kernel(Block block, Architecture architecture) {
    return definition.kernels().get(architecture.option(block.kernelDecision()));
  }

  /** The expansion ratio of a block. */
  public int expansion(Block block, Architecture architecture) {
    return definition.expansions().get(architecture.option(block.expansionDecision()));
  }

  @Override
  public void canonicalize(byte[] code) {
    for (Block block : blocks) {
      if (inactive(block, code)) {
        code[block.kernelDecision()] = 0;
        code[block.expansionDecision()] = 0;
      }
    }
  }

  private boolean inactive(Block block, byte[] code) {
    return block.position()
        >= definition.stages().get(block.stage()).depths().get(code[block.depthDecision()]);
  }

  @Override
  public List<Operator> operators(int slot, byte[] code) {
    TensorShape stem = stemOutput(code);
    if (slot == 0) {
      int resolution = definition.resolutions().get(code[RESOLUTION]);
      return List.of(
          Operator.conv(
              new TensorShape(resolution, resolution, definition.inputChannels()),
              definition.stemChannels(),
              3,
              STEM_STRIDE,
              Activation.H_SWISH));
    }
    if (slot == 1) {
      return List.of(firstBlock(stem));
    }
    int block = slot - 2;
    if (block < blocks.size()) {
      return inactive(blocks.get(block), code)
          ? List.of()
          : List.of(elasticBlock(blocks.get(block), code));
    }
    int stages = definition.stages().size();
    TensorShape last = stageInput(stages, code);
    return switch (block - blocks.size()) {
      case 0 -> List.of(Operator.conv(last, definition.finalChannels(), 1, 1, Activation.H_SWISH));
      case 1 -> List.of(Operator.globalPool(last.convolved(1, definition.finalChannels())));
      case 2 ->
          List.of(
              Operator.conv(
                  new TensorShape(1, 1, definition.finalChannels()),
                  definition.featureChannels(),
                  1,
                  1,
                  Activation.H_SWISH));
      case 3 -> List.of(Operator.linear(definition.featureChannels(), definition.classes()));
      default -> throw new IndexOutOfBoundsException("slot " + slot + " of " + slots.size());
    };
  }

  private TensorShape stemOutput(byte[] code) {
    int resolution = definition.resolutions().get(code[RESOLUTION]);
    return new TensorShape(resolution, resolution, definition.inputChannels())
        .convolved(STEM_STRIDE, definition.stemChannels());
  }

  private Operator firstBlock(TensorShape input) {
    TensorShape output = input.convolved(1, definition.firstChannels());
    return new Operator(
        OperatorKind.MBCONV,
        input,
        output,
        3,
        1,
        1,
        input.channels(),
        0,
        Activation.RELU,
        input.equals(output) ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.FLOAT32);
  }

  /** The shape that enters a stage; with the number of stages, the shape that leaves the last. */
  private TensorShape stageInput(int stage, byte[] code) {
    TensorShape shape = stemOutput(code).convolved(1, definition.firstChannels());
    for (int s = 0; s < stage; s++) {
      MobileNetV3Definition.Stage passed = definition.stages().get(s);
      shape = shape.convolved(passed.stride(), passed.channels());
    }
    return shape;
  }

  private Operator elasticBlock(Block block, byte[] code) {
    TensorShape input = stageInput(block.stage(), code);
    if (block.position() > 0) {
      MobileNetV3Definition.Stage stage = definition.stages().get(block.stage());
      input = input.convolved(stage.stride(), stage.channels());
    }
    int ratio = definition.expansions().get(code[block.expansionDecision()]);
    int mid = block.expansionChannels(ratio);
    return new Operator(
        OperatorKind.MBCONV,
        input,
        input.convolved(block.stride(), block.outputChannels()),
        definition.kernels().get(code[block.kernelDecision()]),
        block.stride(),
        1,
        mid,
        block.squeezeChannels(mid),
        block.activation(),
        block.shortcut(),
        Precision.FLOAT32);
  }

  @Override
  public BigInteger size() {
    BigInteger perBlock =
        BigInteger.valueOf((long) definition.kernels().size() * definition.expansions().size());
    BigInteger size = BigInteger.valueOf(definition.resolutions().size());
    for (MobileNetV3Definition.Stage stage : definition.stages()) {
      size =
          size.multiply(
              stage.depths().stream().map(perBlock::pow).reduce(BigInteger.ZERO, BigInteger::add));
    }
    return size;
  }

  @Override
  public Architecture largest() {
    byte[] code = new byte[decisions.size()];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) (decisions.get(i).options().size() - 1);
    }
    return Architecture.ofCanonical(code);
  }

  @Override
  public Architecture smallest() {
    return Architecture.ofCanonical(new byte[decisions.size()]);
  }

  @Override
  public String format(Architecture architecture) {
    StringBuilder text = new StringBuilder("r").append(resolution(architecture));
    for (Block block : blocks) {
      if (block.position() == 0) {
        text.append(" d").append(depth(block.stage(), architecture)).append(':');
      } else if (active(block, architecture)) {
        text.append(',');
      }
      if (active(block, architecture)) {
        text.append('k')
            .append(kernel(block, architecture))
            .append('e')
            .append(expansion(block, architecture));
      }
    }
    return text.toString();
  }

  @Override
  public Architecture parse(String text) {
    String[] words = text.trim().split("\\s+");
    if (words.length != depthDecisions.length + 1) {
      throw wrong(text, "expected the resolution and " + depthDecisions.length + " stages");
    }
    byte[] code = new byte[decisions.size()];
    code[RESOLUTION] = option(text, RESOLUTION, words[0], "r");
    int next = 0;
    for (int s = 0; s < depthDecisions.length; s++) {
      String[] parts = words[s + 1].split("[:,]", -1);
      code[depthDecisions[s]] = option(text, depthDecisions[s], parts[0], "d");
      int depth = definition.stages().get(s).depths().get(code[depthDecisions[s]]);
      if (parts.length != depth + 1) {
        throw wrong(
            text,
            "stage " + (s + 1) + " of depth " + depth + " lists " + (parts.length - 1) + " blocks");
      }
      for (int b = 0; b < definition.stages().get(s).maxDepth(); b++, next++) {
        if (b < depth) {
          Block block = blocks.get(next);
          String part = parts[b + 1];
          int e = Math.max(part.indexOf('e'), 0);
          code[block.kernelDecision()] =
              option(text, block.kernelDecision(), part.substring(0, e), "k");
          code[block.expansionDecision()] =
              option(text, block.expansionDecision(), part.substring(e), "e");
        }
      }
    }
    return Architecture.ofCanonical(code);
  }

  private byte option(String text, int decision, String word, String prefix) {
    Decision d = decisions.get(decision);
    int index = word.startsWith(prefix) ? d.options().indexOf(word.substring(prefix.length())) : -1;
    if (index < 0) {
      throw wrong(
          text,
          "'%s' is not %s followed by one of %s (%s)"
              .formatted(word, prefix, d.options(), d.name()));
    }
    return (byte) index;
  }

  private IllegalArgumentException wrong(String text, String what) {
    return new IllegalArgumentException(
        "architecture '%s': %s; an example: %s".formatted(text, what, format(smallest())));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OfaMobileNetV3 o && definition.equals(o.definition);
  }

  @Override
  public int hashCode() {
    return definition.hashCode();
  }
}
