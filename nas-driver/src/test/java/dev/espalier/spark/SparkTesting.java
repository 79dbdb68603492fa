package dev.espalier.spark;

import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetDescription;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.operator.Activation;
import dev.espalier.run.EvaluationImages;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.MobileNetV3Definition.Stage;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.spark.sql.SparkSession;

/** A session on two threads, a tiny supernet with random weights, and random images. */
final class SparkTesting {
  private SparkTesting() {}

  /** The session of this JVM. */
  static SparkSession session() {
    System.setProperty("spark.master", "local[2]");
    return EspalierSpark.session("espalier tests");
  }

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static OfaMobileNetV3 space() {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(9, 12),
            1,
            8,
            8,
            List.of(
                new Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                new Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
            List.of(3, 5, 7),
            List.of(2, 3),
            24,
            16,
            5));
  }

  static Supernet supernet() {
    ElasticNetwork network = ElasticNetworks.of(space());
    return Supernet.of(
        network,
        weights(network, random(1)),
        new SupernetDescription(
            "tiny",
            new DatasetDescription(
                "made up",
                List.of(0.5),
                List.of(0.25),
                "none",
                List.of("a", "b", "c", "d", "e"),
                new TreeMap<>()),
            Json.tree(Map.of())));
  }

  private static Weights weights(ElasticNetwork network, RandomGenerator random) {
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    NetworkParameters.shapesOf(network)
        .forEach(
            (name, shape) -> {
              float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
              double spread = Math.sqrt(shape[0] / (double) values.length);
              for (int i = 0; i < values.length; i++) {
                values[i] =
                    name.endsWith(".bias")
                        ? (float) (0.3 * random.nextGaussian())
                        : shape.length == 1
                            ? 0.5f + random.nextFloat()
                            : (float) (spread * random.nextGaussian());
              }
              tensors.put(name, new WeightTensor(shape, values));
            });
    return new Weights(tensors);
  }

  static EvaluationImages data(long seed) {
    return new EvaluationImages(
        images(40, seed), images(90, seed + 1), new Preprocessing(0.5, 0.25));
  }

  /** Random stripes, so that networks see differences. */
  private static ImageSet images(int count, long seed) {
    int side = 12;
    byte[] pixels = new byte[count * side * side];
    byte[] labels = new byte[count];
    RandomGenerator random = random(seed);
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(5);
      double dx = 2 * random.nextDouble();
      double dy = 2 * random.nextDouble();
      double brightness = random.nextDouble(20, 128);
      for (int p = 0; p < side * side; p++) {
        double wave = Math.sin(dx * (p % side) + dy * (p / side));
        pixels[i * side * side + p] = (byte) (brightness * (1 + wave));
      }
    }
    return new ImageSet(1, side, pixels, labels);
  }

  /** Distinct random architectures, by code. */
  static List<Architecture> architectures(SearchSpace space, int count, long seed) {
    RandomGenerator random = random(seed);
    TreeSet<Architecture> distinct = new TreeSet<>();
    while (distinct.size() < count) {
      distinct.add(space.sample(random));
    }
    return List.copyOf(distinct);
  }

  /** Flat codes. */
  static byte[] codes(List<Architecture> architectures) {
    int length = architectures.get(0).length();
    byte[] codes = new byte[architectures.size() * length];
    for (int i = 0; i < architectures.size(); i++) {
      System.arraycopy(architectures.get(i).toBytes(), 0, codes, i * length, length);
    }
    return codes;
  }
}
