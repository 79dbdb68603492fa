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
 * A stem, a first block, stages of inverted residual blocks (Sandler et al., CVPR 2018) and a head,
 * with elastic resolution, per stage an elastic depth, and per block an elastic kernel and
 * expansion ratio (Cai et al., <em>Once-for-All</em>, ICLR 2020, section 3.1).
 *
 * <p>The decisions are {@code resolution}, then for each stage {@code stageS.depth} followed by
 * {@code stageS.blockB.kernel} and {@code stageS.blockB.expansion} for each block. Kernel and
 * expansion of a block beyond its stage's depth have no effect. Channel counts follow OFA's
 * rounding to eights.
 */
public abstract class InvertedResidualSpace implements SearchSpace {
  /** Stride of the stem convolution, fixed in this family. */
  public static final int STEM_STRIDE = 2;

  private static final int RESOLUTION = 0;
  private static final String FINAL = "final";
  private static final String POOL = "pool";
  private static final String FEATURE = "feature";

  private final String family;
  private final InvertedResidualLayout layout;
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

  /** Makes a family's space. */
  InvertedResidualSpace(String family, InvertedResidualLayout layout) {
    this.family = family;
    this.layout = layout;
    List<Decision> decisions = new ArrayList<>();
    List<Slot> slots = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    decisions.add(new Decision("resolution", labels(layout.resolutions())));
    slots.add(new Slot("stem", List.of(RESOLUTION)));
    slots.add(new Slot("first", List.of(RESOLUTION)));
    depthDecisions = new int[layout.stages().size()];
    int channels = layout.firstChannels();
    for (int s = 0; s < layout.stages().size(); s++) {
      InvertedResidualLayout.Stage stage = layout.stages().get(s);
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
        decisions.add(new Decision(block.name() + ".kernel", labels(layout.kernels())));
        decisions.add(new Decision(block.name() + ".expansion", labels(layout.expansions())));
        slots.add(new Slot(block.name(), List.of(RESOLUTION, depth, kernel, kernel + 1)));
        channels = stage.channels();
      }
    }
    slots.add(new Slot(FINAL, List.of(RESOLUTION)));
    slots.add(new Slot(POOL, List.of(RESOLUTION)));
    if (layout.featureChannels() > 0) {
      slots.add(new Slot(FEATURE, List.of()));
    }
    slots.add(new Slot("classifier", List.of()));
    this.decisions = List.copyOf(decisions);
    this.slots = List.copyOf(slots);
    this.blocks = List.copyOf(blocks);
  }

  private static List<String> labels(List<Integer> values) {
    return values.stream().map(String::valueOf).toList();
  }

  /** Widths, strides and activations. */
  public final InvertedResidualLayout layout() {
    return layout;
  }

  /** All elastic blocks from input to output. */
  public List<Block> blocks() {
    return blocks;
  }

  @Override
  public String family() {
    return family;
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
    return layout.resolutions().get(architecture.option(RESOLUTION));
  }

  /** Number of blocks in a stage. */
  public int depth(int stage, Architecture architecture) {
    return layout.stages().get(stage).depths().get(architecture.option(depthDecisions[stage]));
  }

  /** Whether a block is executed. */
  public boolean active(Block block, Architecture architecture) {
    return block.position() < depth(block.stage(), architecture);
  }

  /** The kernel side of a block. */
  public int kernel(Block block, Architecture architecture) {
    return layout.kernels().get(architecture.option(block.kernelDecision()));
  }

  /** The expansion ratio of a block. */
  public int expansion(Block block, Architecture architecture) {
    return layout.expansions().get(architecture.option(block.expansionDecision()));
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
        >= layout.stages().get(block.stage()).depths().get(code[block.depthDecision()]);
  }

  @Override
  public List<Operator> operators(int slot, byte[] code) {
    TensorShape stem = stemOutput(code);
    if (slot == 0) {
      int resolution = layout.resolutions().get(code[RESOLUTION]);
      return List.of(
          Operator.conv(
              new TensorShape(resolution, resolution, layout.inputChannels()),
              layout.stemChannels(),
              3,
              STEM_STRIDE,
              layout.stemActivation()));
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
    int stages = layout.stages().size();
    TensorShape last = stageInput(stages, code);
    return switch (slots.get(slot).name()) {
      case FINAL ->
          List.of(Operator.conv(last, layout.finalChannels(), 1, 1, layout.finalActivation()));
      case POOL -> List.of(Operator.globalPool(last.convolved(1, layout.finalChannels())));
      case FEATURE ->
          List.of(
              Operator.conv(
                  new TensorShape(1, 1, layout.finalChannels()),
                  layout.featureChannels(),
                  1,
                  1,
                  layout.finalActivation()));
      default -> List.of(Operator.linear(layout.pooledFeatures(), layout.classes()));
    };
  }

  private TensorShape stemOutput(byte[] code) {
    int resolution = layout.resolutions().get(code[RESOLUTION]);
    return new TensorShape(resolution, resolution, layout.inputChannels())
        .convolved(STEM_STRIDE, layout.stemChannels());
  }

  private Operator firstBlock(TensorShape input) {
    TensorShape output = input.convolved(1, layout.firstChannels());
    return new Operator(
        OperatorKind.MBCONV,
        input,
        output,
        3,
        1,
        1,
        input.channels(),
        0,
        layout.firstActivation(),
        input.equals(output) ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.FLOAT32);
  }

  /** The shape that enters a stage; with the number of stages, the shape that leaves the last. */
  private TensorShape stageInput(int stage, byte[] code) {
    TensorShape shape = stemOutput(code).convolved(1, layout.firstChannels());
    for (int s = 0; s < stage; s++) {
      InvertedResidualLayout.Stage passed = layout.stages().get(s);
      shape = shape.convolved(passed.stride(), passed.channels());
    }
    return shape;
  }

  private Operator elasticBlock(Block block, byte[] code) {
    TensorShape input = stageInput(block.stage(), code);
    if (block.position() > 0) {
      InvertedResidualLayout.Stage stage = layout.stages().get(block.stage());
      input = input.convolved(stage.stride(), stage.channels());
    }
    int ratio = layout.expansions().get(code[block.expansionDecision()]);
    int mid = block.expansionChannels(ratio);
    return new Operator(
        OperatorKind.MBCONV,
        input,
        input.convolved(block.stride(), block.outputChannels()),
        layout.kernels().get(code[block.kernelDecision()]),
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
        BigInteger.valueOf((long) layout.kernels().size() * layout.expansions().size());
    BigInteger size = BigInteger.valueOf(layout.resolutions().size());
    for (InvertedResidualLayout.Stage stage : layout.stages()) {
      size =
          size.multiply(
              stage.depths().stream().map(perBlock::pow).reduce(BigInteger.ZERO, BigInteger::add));
    }
    return size;
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
    ArchitectureText reader = new ArchitectureText(this, text);
    if (words.length != depthDecisions.length + 1) {
      throw reader.wrong("expected the resolution and " + depthDecisions.length + " stages");
    }
    byte[] code = new byte[decisions.size()];
    reader.options(code, words[0], new String[] {"r"}, RESOLUTION);
    int next = 0;
    for (int s = 0; s < depthDecisions.length; s++) {
      String[] parts = words[s + 1].split("[:,]", -1);
      reader.options(code, parts[0], new String[] {"d"}, depthDecisions[s]);
      int depth = layout.stages().get(s).depths().get(code[depthDecisions[s]]);
      reader.requireBlocks(s, depth, parts.length - 1);
      for (int b = 0; b < layout.stages().get(s).maxDepth(); b++, next++) {
        if (b < depth) {
          Block block = blocks.get(next);
          reader.options(
              code,
              parts[b + 1],
              new String[] {"k", "e"},
              block.kernelDecision(),
              block.expansionDecision());
        }
      }
    }
    return Architecture.ofCanonical(code);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof InvertedResidualSpace o
        && family.equals(o.family)
        && layout.equals(o.layout);
  }

  @Override
  public final int hashCode() {
    return layout.hashCode();
  }
}
