package dev.espalier.space;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.espalier.operator.Activation;
import java.util.List;

/**
 * The data of an {@code ofa-proxyless} space.
 *
 * @param resolutions input sides, ascending
 * @param inputChannels of an image
 * @param stemChannels of the first 3×3 convolution, whose stride is 2
 * @param firstChannels of the first block: kernel 3, stride 1, no expansion
 * @param stages elastic stages from input to output
 * @param kernels sides of depthwise kernels, ascending and odd
 * @param expansions expansion ratios, ascending
 * @param finalChannels of the 1×1 convolution before pooling
 * @param classes outputs of the classifier
 */
public record ProxylessDefinition(
    @JsonProperty(required = true) List<Integer> resolutions,
    @JsonProperty(required = true) int inputChannels,
    @JsonProperty(required = true) int stemChannels,
    @JsonProperty(required = true) int firstChannels,
    @JsonProperty(required = true) List<Stage> stages,
    @JsonProperty(required = true) List<Integer> kernels,
    @JsonProperty(required = true) List<Integer> expansions,
    @JsonProperty(required = true) int finalChannels,
    @JsonProperty(required = true) int classes) {
  private static final float BATCH_NORM_EPSILON = 1e-3f;

  /**
   * One elastic stage.
   *
   * @param channels of every block's output
   * @param stride of the first block; the others have stride 1
   * @param depths numbers of blocks, ascending
   */
  public record Stage(
      @JsonProperty(required = true) int channels,
      @JsonProperty(required = true) int stride,
      @JsonProperty(required = true) List<Integer> depths) {
    public Stage {
      depths = List.copyOf(depths);
    }
  }

  public ProxylessDefinition {
    resolutions = List.copyOf(resolutions);
    stages = List.copyOf(stages);
    kernels = List.copyOf(kernels);
    expansions = List.copyOf(expansions);
  }

  /**
   * The same as a layout.
   *
   * @throws IllegalArgumentException naming the field that makes no sense
   */
  InvertedResidualLayout layout() {
    return new InvertedResidualLayout(
        resolutions,
        inputChannels,
        stemChannels,
        Activation.RELU6,
        firstChannels,
        Activation.RELU6,
        stages.stream()
            .map(
                s ->
                    new InvertedResidualLayout.Stage(
                        s.channels(), s.stride(), Activation.RELU6, 0, s.depths()))
            .toList(),
        kernels,
        expansions,
        finalChannels,
        Activation.RELU6,
        0,
        classes,
        BATCH_NORM_EPSILON);
  }
}
