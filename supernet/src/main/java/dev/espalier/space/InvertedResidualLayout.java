package dev.espalier.space;

import dev.espalier.operator.Activation;
import java.util.List;

/**
 * What families of inverted residual blocks have in common, whatever the form of their definitions.
 *
 * @param resolutions input sides, ascending
 * @param inputChannels of an image
 * @param stemChannels of the first 3×3 convolution, whose stride is 2
 * @param stemActivation after it
 * @param firstChannels of the first block: kernel 3, stride 1, no expansion
 * @param firstActivation inside it
 * @param stages elastic stages from input to output
 * @param kernels sides of depthwise kernels, ascending and odd
 * @param expansions expansion ratios, ascending
 * @param finalChannels of the 1×1 convolution before pooling
 * @param finalActivation after it, and after the one behind the pooling
 * @param featureChannels of the 1×1 convolution after pooling (no batch norm); 0 for none
 * @param classes outputs of the classifier
 * @param batchNormEpsilon added to variances
 */
public record InvertedResidualLayout(
    List<Integer> resolutions,
    int inputChannels,
    int stemChannels,
    Activation stemActivation,
    int firstChannels,
    Activation firstActivation,
    List<Stage> stages,
    List<Integer> kernels,
    List<Integer> expansions,
    int finalChannels,
    Activation finalActivation,
    int featureChannels,
    int classes,
    float batchNormEpsilon) {

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
      int channels, int stride, Activation activation, int squeezeReduction, List<Integer> depths) {
    public Stage {
      depths = List.copyOf(depths);
      Ascending.require("depths", depths);
      if (channels < 1 || stride < 1 || squeezeReduction < 0) {
        throw new IllegalArgumentException(
            "stage of %d channels, stride %d, squeezeReduction %d: channels and stride must be at least 1, squeezeReduction not negative"
                .formatted(channels, stride, squeezeReduction));
      }
    }

    /** Blocks of the deepest choice. */
    public int maxDepth() {
      return depths.get(depths.size() - 1);
    }
  }

  public InvertedResidualLayout {
    resolutions = List.copyOf(resolutions);
    stages = List.copyOf(stages);
    kernels = List.copyOf(kernels);
    expansions = List.copyOf(expansions);
    Ascending.require("resolutions", resolutions);
    Ascending.require("kernels", kernels);
    Ascending.require("expansions", expansions);
    for (int kernel : kernels) {
      if (kernel % 2 == 0) {
        throw new IllegalArgumentException("kernels " + kernels + ": " + kernel + " is not odd");
      }
    }
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("stages: at least one is needed");
    }
    for (int value :
        new int[] {inputChannels, stemChannels, firstChannels, finalChannels, classes}) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "channels and classes must be at least 1, found " + value);
      }
    }
  }

  /** What the classifier sees. */
  public int pooledFeatures() {
    return featureChannels > 0 ? featureChannels : finalChannels;
  }
}
