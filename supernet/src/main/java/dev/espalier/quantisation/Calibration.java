package dev.espalier.quantisation;

import dev.espalier.graph.FloatReference;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node.Tensor;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The range of every feature map of a graph, chosen on images. Immutable. */
public final class Calibration {
  private final SortedMap<String, Range> ranges;

  private Calibration(SortedMap<String, Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * Runs images through the float graph and chooses ranges; memory is that of the feature maps of
   * all images alive at once.
   *
   * @param images {@code (count, c, h, w)} flat
   * @throws IllegalArgumentException without images, or naming the feature map that holds a value
   *     which is not finite
   */
  public static Calibration of(Graph graph, float[] images, int count, RangeRule rule) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "no calibration images: ranges of 8-bit feature maps are chosen on at least 1 image; give some, or a format in floats");
    }
    SortedMap<String, Range> ranges = new TreeMap<>();
    new FloatReference(graph)
        .run(
            images,
            count,
            (tensor, values) ->
                ranges.put(
                    tensor.name(),
                    new ValueHistogram("feature map " + tensor.name(), values).range(rule)));
    return new Calibration(ranges);
  }

  /**
   * Of ranges known from elsewhere.
   *
   * @param ranges by name of the feature map
   */
  public static Calibration of(Map<String, Range> ranges) {
    return new Calibration(new TreeMap<>(ranges));
  }

  /**
   * The range of a feature map.
   *
   * @throws IllegalArgumentException naming the feature map if it has none
   */
  public Range range(Tensor tensor) {
    Range range = ranges.get(tensor.name());
    if (range == null) {
      throw new IllegalArgumentException(
          "feature map %s was not calibrated; those are: %s"
              .formatted(tensor.name(), ranges.keySet()));
    }
    return range;
  }
}
