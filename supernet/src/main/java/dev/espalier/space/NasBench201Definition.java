package dev.espalier.space;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The data of a {@code nasbench201} space: the skeleton around the cell that is searched. The
 * paper's, for CIFAR-10, is 32, 3, 16, 5, 10.
 *
 * @param resolution input side, a multiple of 4: it is halved twice
 * @param inputChannels of an image
 * @param channels of the first stage; the second has twice and the third four times as many
 * @param cells of each stage (N in the paper)
 * @param classes outputs of the classifier
 */
public record NasBench201Definition(
    @JsonProperty(required = true) int resolution,
    @JsonProperty(required = true) int inputChannels,
    @JsonProperty(required = true) int channels,
    @JsonProperty(required = true) int cells,
    @JsonProperty(required = true) int classes) {

  public NasBench201Definition {
    if (resolution < 4 || resolution % 4 != 0) {
      throw new IllegalArgumentException(
          "resolution %d: a multiple of 4 is needed, because it is halved twice"
              .formatted(resolution));
    }
    require("inputChannels", inputChannels);
    require("channels", channels);
    require("cells", cells);
    require("classes", classes);
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, found " + value);
    }
  }
}
