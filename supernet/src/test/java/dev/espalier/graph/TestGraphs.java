package dev.espalier.graph;

import dev.espalier.deploy.Extraction;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.quantisation.Calibration;
import dev.espalier.quantisation.Quantiser;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Graphs of subnets with random weights, and random images for them. */
public final class TestGraphs {
  private static final int CALIBRATION_IMAGES = 16;

  private TestGraphs() {}

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Seeds 0 and 1 are the largest and the smallest subnet, others a random one. */
  public static Graph subnet(SearchSpace space, long seed) {
    RandomGenerator random = random(seed);
    ElasticNetwork network = ElasticNetworks.of(space);
    Architecture architecture =
        seed == 0 ? space.largest() : seed == 1 ? space.smallest() : space.sample(random);
    return Extraction.extract(
        network,
        TestWeights.random(network, random),
        architecture,
        TestWeights.statistics(network, architecture, random));
  }

  /** Normal pixels, {@code (count, c, h, w)} flat. */
  public static float[] images(Graph graph, int count, long seed) {
    RandomGenerator random = random(~seed);
    float[] images = new float[count * (int) graph.input().shape().elements()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  /** In 8-bit integers, calibrated on normal pixels. */
  public static QuantisedGraph quantised(Graph graph, RangeRule rule) {
    float[] images = images(graph, CALIBRATION_IMAGES, 1000);
    return Quantiser.quantise(graph, Calibration.of(graph, images, CALIBRATION_IMAGES, rule));
  }

  /** The largest difference, relative to the range of what is expected. */
  public static double relativeDifference(float[] found, float[] expected) {
    double difference = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) found[i] - expected[i]));
      least = Math.min(least, expected[i]);
      most = Math.max(most, expected[i]);
    }
    return difference / (most - least);
  }
}
