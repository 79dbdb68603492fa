package dev.espalier.space;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The data of an {@code ofa-resnet50} space.
 *
 * @param resolutions input sides, ascending
 * @param inputChannels of an image
 * @param stemChannels of the stem's output at width 1
 * @param widths width multipliers of the stem and of every stage, ascending
 * @param stages from input to output
 * @param expansions middle channels of a bottleneck as a share of its output channels, ascending
 * @param classes outputs of the classifier
 */
public record ResNet50Definition(
    @JsonProperty(required = true) List<Integer> resolutions,
    @JsonProperty(required = true) int inputChannels,
    @JsonProperty(required = true) int stemChannels,
    @JsonProperty(required = true) List<Double> widths,
    @JsonProperty(required = true) List<Stage> stages,
    @JsonProperty(required = true) List<Double> expansions,
    @JsonProperty(required = true) int classes) {

  /**
   * One elastic stage.
   *
   * @param channels of every block's output at width 1
   * @param stride of the first block; the others have stride 1
   * @param depths numbers of blocks, ascending
   */
  public record Stage(
      @JsonProperty(required = true) int channels,
      @JsonProperty(required = true) int stride,
      @JsonProperty(required = true) List<Integer> depths) {
    public Stage {
      depths = List.copyOf(depths);
      Ascending.require("depths", depths);
      if (channels < 1 || stride < 1) {
        throw new IllegalArgumentException(
            "stage of %d channels, stride %d: both must be at least 1".formatted(channels, stride));
      }
    }

    /** Blocks of the deepest choice. */
    public int maxDepth() {
      return depths.get(depths.size() - 1);
    }
  }

  public ResNet50Definition {
    resolutions = List.copyOf(resolutions);
    widths = List.copyOf(widths);
    stages = List.copyOf(stages);
    expansions = List.copyOf(expansions);
    Ascending.require("resolutions", resolutions);
    Ascending.requirePositive("widths", widths);
    Ascending.requirePositive("expansions", expansions);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("stages: at least one is needed");
    }
    for (int value : new int[] {inputChannels, stemChannels, classes}) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "channels and classes must be at least 1, found " + value);
      }
    }
  }
}
