package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.operator.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** The layers of OFA's ResNet-50. */
final class ResNet50Layers implements OfaLayers {
  private static final String INPUT = "in_channels";
  private static final String OUTPUT = "out_channels";

  private final OfaResNet50 space;
  private final ResNet50Definition definition;
  private final JsonNode tree;

  ResNet50Layers(OfaResNet50 space, JsonNode tree) {
    this.space = space;
    this.definition = space.definition();
    this.tree = tree;
  }

  @Override
  public void read(byte[] code, List<String> problems) {
    readStem(code, problems);
    List<JsonNode> blocks = new ArrayList<>();
    tree.path("blocks").forEach(blocks::add);
    if (!tree.path("blocks").isArray() || blocks.isEmpty()) {
      problems.add("blocks: is missing, or no list of blocks");
    } else if (blocks.size() > 2 * space.blocks().size()) { // to name each would help nobody
      problems.add(
          "blocks: are %d, allowed is at most %d".formatted(blocks.size(), space.blocks().size()));
    } else {
      readBlocks(blocks, code, problems);
    }
    int lastStage = definition.stages().size() - 1;
    int lastWidth = space.blocks().get(space.blocks().size() - 1).widthDecision();
    problems.addAll(
        OfaLayer.classifier(
                tree.path("classifier"),
                space.stageChannels(lastStage, code[lastWidth]),
                definition.classes())
            .problems("classifier"));
  }

  /** Two convolutions, with a residual one between them or without. */
  private void readStem(byte[] code, List<String> problems) {
    JsonNode stem = tree.path("input_stem");
    if (!stem.isArray() || stem.size() < 2 || stem.size() > 3) {
      problems.add(
          "input_stem: has %d layers, allowed is 2 or 3, with a ResidualBlock in the middle"
              .formatted(stem.size()));
      return;
    }
    List<Integer> middles = channels(space::stemMiddleChannels);
    OfaLayer first =
        OfaLayer.convolution(stem.get(0), 3, OfaResNet50.STEM_STRIDE, Activation.RELU, true);
    first.require(INPUT, definition.inputChannels());
    int middleOption = first.require(OUTPUT, middles);
    problems.addAll(first.problems("input_stem[0]"));
    int middle = middles.get(middleOption);
    if (stem.size() == 3) {
      OfaLayer residual =
          OfaLayer.convolution(stem.get(1).path("conv"), 3, 1, Activation.RELU, true);
      residual.require(INPUT, middle);
      residual.require(OUTPUT, middle);
      if (!stem.get(1).path("name").asText().equals("ResidualBlock")
          || !stem.get(1).path("shortcut").path("name").asText().equals("IdentityLayer")) {
        residual.misfit("is not a ResidualBlock whose shortcut is an IdentityLayer");
      }
      problems.addAll(residual.problems("input_stem[1]"));
    }
    OfaLayer last = OfaLayer.convolution(stem.get(stem.size() - 1), 3, 1, Activation.RELU, true);
    last.require(INPUT, middle);
    int width = last.require(OUTPUT, channels(space::stemChannels));
    problems.addAll(last.problems("input_stem[" + (stem.size() - 1) + "]"));
    OfaResNet50.setStem(code, stem.size() - 2, middleOption, width);
  }

  private List<Integer> channels(IntUnaryOperator ofOption) {
    return IntStream.range(0, definition.widths().size()).map(ofOption).boxed().toList();
  }

  private void readBlocks(List<JsonNode> blocks, byte[] code, List<String> problems) {
    int stem = space.stemChannels(Architecture.ofCanonical(code));
    List<List<Integer>> depths =
        definition.stages().stream().map(ResNet50Definition.Stage::depths).toList();
    StageCuts.Misfits misfits =
        (stage, first, block) ->
            bottleneck(blocks, block, stage, first, stem, new int[2]).misfits().size();
    StageCuts.of(blocks.size(), depths, misfits)
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
                int[] options = new int[2];
                problems.addAll(
                    bottleneck(blocks, block, stage, position == 0, stem, options)
                        .problems(
                            "blocks[%d] (stage%d.block%d)"
                                .formatted(block, stage + 1, position + 1)));
                List<OfaResNet50.Block> ours = blocks(stage);
                if (position == 0) {
                  code[ours.get(0).widthDecision()] = (byte) options[0];
                }
                if (position < ours.size()) {
                  code[ours.get(position).expansionDecision()] = (byte) options[1];
                }
              }
            });
  }

  private List<OfaResNet50.Block> blocks(int stage) {
    return space.blocks().stream().filter(b -> b.stage() == stage).toList();
  }

  /**
   * Checks a block.
   *
   * @param stem channels that enter the first block
   * @param options receives those of its width and of its expansion
   */
  private OfaLayer bottleneck(
      List<JsonNode> blocks, int block, int stage, boolean first, int stem, int[] options) {
    OfaLayer layer = new OfaLayer(blocks.get(block));
    layer.requireKeys(
        Set.of("ResNetBottleneckBlock"),
        Set.of(INPUT, OUTPUT, "kernel_size", "stride", "expand_ratio", "act_func"),
        Map.of("groups", 1, "downsample_mode", "avgpool_conv"),
        Set.of("mid_channels"));
    OptionalInt before =
        block == 0
            ? OptionalInt.of(stem)
            : new OfaLayer(blocks.get(block - 1)).whole(OUTPUT); // says itself what is wrong
    before.ifPresent(channels -> layer.require(INPUT, channels));
    options[0] = layer.require(OUTPUT, channels(option -> space.stageChannels(stage, option)));
    int stride = first ? definition.stages().get(stage).stride() : 1;
    layer.require("kernel_size", OfaResNet50.KERNEL);
    layer.require("stride", stride);
    layer.require("act_func", OfaLayer.words(Activation.RELU));
    OptionalInt output = layer.whole(OUTPUT);
    boolean sameChannels = output.isPresent() && output.equals(before);
    if (first && stride == 1 && sameChannels) {
      layer.misfit("adds its input, where the space projects it");
    } else if (!first && output.isPresent() && before.isPresent() && !sameChannels) {
      layer.misfit("has other channels than the block before it in its stage");
    }
    options[1] =
        layer.expansion(
            definition.expansions(),
            option -> space.middleChannels(space.stageChannels(stage, options[0]), option));
    return layer;
  }
}
