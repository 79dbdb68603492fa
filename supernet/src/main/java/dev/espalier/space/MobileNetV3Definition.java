package dev.espalier.space;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.espalier.operator.Activation;
import java.util.List;

/**
 * The data of an {@code ofa-mobilenetv3} space: with OFA's widths and strides it is the ImageNet
 * network of Cai et al. (ICLR 2020), with others a smaller relative.
 *
 * @param resolutions input sides, ascending
 * @param inputChannels of an image
 * @param stemChannels of the first 3×3 convolution, whose stride is 2 and whose activation h-swish
 * @param firstChannels of the first block: kernel 3, stride 1, no expansion, ReLU
 * @param stages elastic stages from input to output
 * @param kernels sides of depthwise kernels, ascending and odd
 * @param expansions expansion ratios, ascending
 * @param finalChannels of the 1×1 convolution before pooling
 * @param featureChannels of the 1×1 convolution after pooling (no batch norm, h-swish)
 * @param classes outputs of the classifier
 */
public record MobileNetV3Definition(
    @JsonProperty(required = true) List<Integer> resolutions,
    @JsonProperty(required = true) int inputChannels,
    @JsonProperty(required = true) int stemChannels,
    @JsonProperty(required = true) int firstChannels,
    @JsonProperty(required = true) List<Stage> stages,
    @JsonProperty(required = true) List<Integer> kernels,
    @JsonProperty(required = true) List<Integer> expansions,
    @JsonProperty(required = true) int finalChannels,
    @JsonProperty(required = true) int featureChannels,
    @JsonProperty(required = true) int classes) {
  private static final float BATCH_NORM_EPSILON = 1e-5f;

  /**
   * One elastic stage.
   *
   * @param channels of every block's output
   * @param stride of the first block; the others have stride 1
   * @param activation inside the blocks
   * @param squeezeReduction squeeze-and-excitation hidden channels are the expansion channels
   *     divided by this and rounded to eights; 0 for none
   * @param depths numbers of blocks, ascending
   */
  public record Stage(
      @JsonProperty(required = true) int channels,
      @JsonProperty(required = true) int stride,
      @JsonProperty(required = true) Activation activation,
      @JsonProperty(required = true) int squeezeReduction,
      @JsonProperty(required = true) List<Integer> depths) {
    public Stage {
      depths = List.copyOf(depths);
    }
  }

  public MobileNetV3Definition {
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
    if (featureChannels < 1) {
      throw new IllegalArgumentException(
          "featureChannels must be at least 1, found " + featureChannels);
    }
    return new InvertedResidualLayout(
        resolutions,
        inputChannels,
        stemChannels,
        Activation.H_SWISH,
        firstChannels,
        Activation.RELU,
        stages.stream()
            .map(
                s ->
                    new InvertedResidualLayout.Stage(
                        s.channels(), s.stride(), s.activation(), s.squeezeReduction(), s.depths()))
            .toList(),
        kernels,
        expansions,
        finalChannels,
        Activation.H_SWISH,
        featureChannels,
        classes,
        BATCH_NORM_EPSILON);
  }
}
