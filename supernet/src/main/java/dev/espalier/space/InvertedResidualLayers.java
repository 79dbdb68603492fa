package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.operator.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The layers of OFA's MobileNetV3 and of ProxylessNAS. */
final class InvertedResidualLayers implements OfaLayers {
  private static final Set<String> BLOCK_NAMES =
      Set.of("MobileInvertedResidualBlock", "ResidualBlock");
  private static final Set<String> CONVOLUTION_NAMES = Set.of("MBInvertedConvLayer", "MBConvLayer");

  /** OFA's squeeze-and-excitation has no other. */
  private static final int OFAS_SQUEEZE_REDUCTION = 4;

  private final InvertedResidualSpace space;
  private final InvertedResidualLayout layout;
  private final JsonNode tree;

  InvertedResidualLayers(InvertedResidualSpace space, JsonNode tree) {
    this.space = space;
    this.layout = space.layout();
    this.tree = tree;
  }

  /**
   * A block of the file that does something.
   *
   * @param index in the file
   */
  private record FileBlock(int index, JsonNode node) {
    /** Old and new code call it differently. */
    JsonNode convolution() {
      return node.has("mobile_inverted_conv")
          ? node.path("mobile_inverted_conv")
          : node.path("conv");
    }

    /** OFA passes the input on where there is no convolution. */
    boolean passesOn() {
      return convolution().isNull() || convolution().path("name").asText().equals("ZeroLayer");
    }
  }

  /** What a block must be, apart from what is elastic. */
  private record Required(
      int inputChannels,
      int outputChannels,
      int stride,
      Activation activation,
      int squeezeReduction) {
    boolean shortcut() {
      return stride == 1 && inputChannels == outputChannels;
    }
  }

  @Override
  public void read(byte[] code, List<String> problems) {
    OfaLayer stem =
        OfaLayer.convolution(
            tree.path("first_conv"),
            3,
            InvertedResidualSpace.STEM_STRIDE,
            layout.stemActivation(),
            true);
    stem.require("in_channels", layout.inputChannels());
    stem.require("out_channels", layout.stemChannels());
    problems.addAll(stem.problems("first_conv"));
    readBlocks(code, problems);
    readHead(problems);
  }

  private void readHead(List<String> problems) {
    String last = layout.featureChannels() > 0 ? "final_expand_layer" : "feature_mix_layer";
    OfaLayer before = OfaLayer.convolution(tree.path(last), 1, 1, layout.finalActivation(), true);
    before.require("in_channels", layout.stages().get(layout.stages().size() - 1).channels());
    before.require("out_channels", layout.finalChannels());
    problems.addAll(before.problems(last));
    if (layout.featureChannels() > 0) {
      OfaLayer behind =
          OfaLayer.convolution(
              tree.path("feature_mix_layer"), 1, 1, layout.finalActivation(), false);
      behind.require("in_channels", layout.finalChannels());
      behind.require("out_channels", layout.featureChannels());
      problems.addAll(behind.problems("feature_mix_layer"));
    } else if (tree.hasNonNull("final_expand_layer")) {
      problems.add("final_expand_layer: is there, the space has none");
    }
    problems.addAll(
        OfaLayer.classifier(tree.path("classifier"), layout.pooledFeatures(), layout.classes())
            .problems("classifier"));
  }

  private void readBlocks(byte[] code, List<String> problems) {
    List<FileBlock> found = new ArrayList<>();
    for (JsonNode node : tree.path("blocks")) {
      found.add(new FileBlock(found.size(), node));
    }
    if (!tree.path("blocks").isArray() || found.isEmpty()) {
      problems.add("blocks: is missing, or no list of blocks");
      return;
    }
    problems.addAll(firstBlock(found.get(0)).problems("blocks[0] (first)"));
    List<FileBlock> elastic =
        found.subList(1, found.size()).stream().filter(b -> !b.passesOn()).toList();
    int most = space.blocks().size();
    if (elastic.size() > 2 * most) { // to name each would help nobody
      problems.add(
          "blocks: are %d behind the first, allowed is at most %d".formatted(elastic.size(), most));
      return;
    }
    List<List<Integer>> depths =
        layout.stages().stream().map(InvertedResidualLayout.Stage::depths).toList();
    StageCuts.Misfits misfits =
        (stage, first, block) ->
            elasticBlock(elastic.get(block), required(stage, first), new int[2]).misfits().size();
    StageCuts.of(elastic.size(), depths, misfits)
        .read(
            depths,
            problems,
            new StageCuts.Reader() {
              @Override
              public void depth(int stage, int option) {
                code[blocks(stage).get(0).depthDecision()] = (byte) option;
              }

              @Override
              public void block(int stage, int position, int block) {
                readBlock(elastic.get(block), stage, position, code, problems);
              }
            });
  }

  private void readBlock(
      FileBlock block, int stage, int position, byte[] code, List<String> problems) {
    int[] options = new int[2];
    OfaLayer read = elasticBlock(block, required(stage, position == 0), options);
    problems.addAll(
        read.problems(
            "blocks[%d] (stage%d.block%d)".formatted(block.index(), stage + 1, position + 1)));
    List<InvertedResidualSpace.Block> ours = blocks(stage);
    if (position < ours.size()) {
      code[ours.get(position).kernelDecision()] = (byte) options[0];
      code[ours.get(position).expansionDecision()] = (byte) options[1];
    }
  }

  private List<InvertedResidualSpace.Block> blocks(int stage) {
    return space.blocks().stream().filter(b -> b.stage() == stage).toList();
  }

  private Required required(int stage, boolean first) {
    InvertedResidualLayout.Stage at = layout.stages().get(stage);
    int before = stage == 0 ? layout.firstChannels() : layout.stages().get(stage - 1).channels();
    return new Required(
        first ? before : at.channels(),
        at.channels(),
        first ? at.stride() : 1,
        at.activation(),
        at.squeezeReduction());
  }

  private OfaLayer firstBlock(FileBlock block) {
    OfaLayer layer =
        block(
            block,
            new Required(
                layout.stemChannels(), layout.firstChannels(), 1, layout.firstActivation(), 0));
    layer.require("kernel_size", 3);
    layer.require("expand_ratio", 1);
    if (!layer.lacks("mid_channels")) {
      layer.require("mid_channels", layout.stemChannels());
    }
    return layer;
  }

  /**
   * Checks an elastic block.
   *
   * @param options receives those of its kernel and of its expansion
   */
  private OfaLayer elasticBlock(FileBlock block, Required required, int[] options) {
    OfaLayer layer = block(block, required);
    options[0] = layer.require("kernel_size", layout.kernels());
    options[1] =
        layer.expansion(
            layout.expansions(),
            i -> expansionChannels(required.inputChannels(), layout.expansions().get(i)));
    int ratio = layout.expansions().get(options[1]);
    int made = required.inputChannels() * ratio;
    int ours = expansionChannels(required.inputChannels(), ratio);
    if (layer.lacks("mid_channels") && made != ours) {
      layer.misfit("expand_ratio %d makes %d channels, allowed is %d".formatted(ratio, made, ours));
    }
    if (ratio != 1 && layer.whole("expand_ratio").orElse(ratio) == 1) {
      layer.misfit("expand_ratio is 1, which leaves out the convolution that expands");
    }
    return layer;
  }

  private static int expansionChannels(int inputChannels, int ratio) {
    return ChannelRounding.toMultipleOfEight((double) inputChannels * ratio);
  }

  /** What first and elastic blocks have in common. */
  private OfaLayer block(FileBlock block, Required required) {
    OfaLayer layer = new OfaLayer(block.convolution());
    String name = block.node().path("name").asText();
    if (!BLOCK_NAMES.contains(name)) {
      layer.misfit(
          "block's name is '%s', allowed is MobileInvertedResidualBlock or ResidualBlock"
              .formatted(name));
    }
    layer.requireKeys(
        CONVOLUTION_NAMES,
        Set.of("in_channels", "out_channels", "kernel_size", "stride", "expand_ratio"),
        Map.of(),
        Set.of("mid_channels", "act_func", "use_se", "groups"));
    layer.require("in_channels", required.inputChannels());
    layer.require("out_channels", required.outputChannels());
    layer.require("stride", required.stride());
    layer.require("act_func", "relu6", OfaLayer.words(required.activation()));
    layer.require("use_se", false, required.squeezeReduction() > 0);
    if (required.squeezeReduction() > 0 && required.squeezeReduction() != OFAS_SQUEEZE_REDUCTION) {
      layer.misfit(
          "use_se divides channels by %d, the space by %d"
              .formatted(OFAS_SQUEEZE_REDUCTION, required.squeezeReduction()));
    }
    if (!layer.lacks("groups")) {
      layer.misfit("groups is given, allowed is null: one for each channel");
    }
    String shortcut = block.node().path("shortcut").path("name").asText();
    String needed = required.shortcut() ? "IdentityLayer" : "";
    if (!shortcut.equals(needed) && !(shortcut.equals("ZeroLayer") && needed.isEmpty())) {
      layer.misfit(
          "shortcut is %s, allowed is %s"
              .formatted(
                  shortcut.isEmpty() ? "null" : shortcut, needed.isEmpty() ? "null" : needed));
    }
    return layer;
  }
}
