package dev.espalier.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The data a supernet was trained on, and what its networks take.
 *
 * @param name as in {@code fashion-mnist}
 * @param mean per channel, of pixels scaled to 0..1
 * @param deviation per channel, positive; a network takes {@code (pixel / 255 - mean) / deviation}
 * @param resampling how images get the side a subnet takes, in words
 * @param labels of the classes, in the order of the logits
 * @param splits what the parts of the data were used for, by name
 */
public record DatasetDescription(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) List<Double> mean,
    @JsonProperty(required = true) List<Double> deviation,
    @JsonProperty(required = true) String resampling,
    @JsonProperty(required = true) List<String> labels,
    @JsonProperty(required = true) SortedMap<String, Split> splits) {

  /**
   * A part of the data.
   *
   * @param images how many
   * @param source which, in words
   * @param digest of images and labels, SHA-256 in hexadecimal
   */
  public record Split(
      @JsonProperty(required = true) int images,
      @JsonProperty(required = true) String source,
      @JsonProperty(required = true) String digest) {}

  public DatasetDescription {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    labels = List.copyOf(labels);
    splits = Collections.unmodifiableSortedMap(new TreeMap<>(splits));
    if (mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "dataset %s: %d means and %d deviations; one each per channel is needed"
              .formatted(name, mean.size(), deviation.size()));
    }
    for (int i = 0; i < mean.size(); i++) {
      if (!Double.isFinite(mean.get(i)) || !(deviation.get(i) > 0)) {
        throw new IllegalArgumentException(
            "dataset %s, channel %d: mean %s must be finite, deviation %s positive"
                .formatted(name, i, mean.get(i), deviation.get(i)));
      }
    }
  }
}
