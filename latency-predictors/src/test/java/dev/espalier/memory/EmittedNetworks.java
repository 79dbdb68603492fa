package dev.espalier.memory;

import dev.espalier.deploy.Extraction;
import dev.espalier.graph.Graph;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticLayers;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.operator.Activation;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.OfaProxyless;
import dev.espalier.space.OfaResNet50;
import dev.espalier.space.ProxylessDefinition;
import dev.espalier.space.ResNet50Definition;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A small space of each family that has a network, and the graphs of its subnets. */
final class EmittedNetworks {
  static final List<SearchSpace> SPACES =
      List.of(
          new OfaMobileNetV3(
              new MobileNetV3Definition(
                  List.of(17, 24),
                  3,
                  8,
                  8,
                  List.of(
                      new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                      new MobileNetV3Definition.Stage(
                          16, 2, Activation.H_SWISH, 4, List.of(1, 2, 3))),
                  List.of(3, 5, 7),
                  List.of(2, 3, 6),
                  48,
                  64,
                  5)),
          new OfaProxyless(
              new ProxylessDefinition(
                  List.of(17, 24),
                  3,
                  16,
                  8,
                  List.of(
                      new ProxylessDefinition.Stage(8, 1, List.of(1, 2)),
                      new ProxylessDefinition.Stage(16, 2, List.of(1, 2))),
                  List.of(3, 5),
                  List.of(2, 4),
                  200,
                  5)),
          new OfaResNet50(
              new ResNet50Definition(
                  List.of(17, 36),
                  3,
                  16,
                  List.of(0.65, 1.0),
                  List.of(
                      new ResNet50Definition.Stage(16, 1, List.of(1, 2)),
                      new ResNet50Definition.Stage(48, 2, List.of(1, 2))),
                  List.of(0.2, 0.5, 1.0),
                  5)));

  /** The space of the supernet that is shipped. */
  static final SearchSpace SHIPPED =
      new OfaMobileNetV3(
          new MobileNetV3Definition(
              List.of(20, 24, 28),
              1,
              16,
              16,
              List.of(
                  new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2, 3)),
                  new MobileNetV3Definition.Stage(24, 2, Activation.H_SWISH, 4, List.of(1, 2, 3)),
                  new MobileNetV3Definition.Stage(40, 2, Activation.H_SWISH, 4, List.of(1, 2, 3))),
              List.of(3, 5, 7),
              List.of(3, 4, 6),
              240,
              192,
              10));

  private EmittedNetworks() {}

  /** The graph that extraction emits, with weights of zero. */
  static Graph graph(SearchSpace space, Architecture architecture) {
    ElasticNetwork network = ElasticNetworks.of(space);
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    NetworkParameters.shapesOf(network).forEach((name, shape) -> tensors.put(name, zeros(shape)));
    Widths widths = new Widths();
    network.forward(architecture, widths, widths);
    return Extraction.extract(
        network, new Weights(tensors), architecture, new BatchNormStatistics(widths.moments));
  }

  private static WeightTensor zeros(int... shape) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    return new WeightTensor(shape, new float[size]);
  }

  /** Collects the batch norms that an architecture uses, as wide as it uses them. */
  private static final class Widths implements ElasticLayers<Widths> {
    private final SortedMap<String, BatchNormStatistics.Moments> moments = new TreeMap<>();

    private Widths norm(String name, int channels) {
      if (!name.equals(NO_BATCH_NORM)) {
        moments.put(name, new BatchNormStatistics.Moments(zeros(channels), zeros(channels)));
      }
      return this;
    }

    @Override
    public Widths convolution(Widths input, Convolution layer) {
      return norm(layer.batchNorm(), layer.outputChannels());
    }

    @Override
    public Widths depthwise(Widths input, Depthwise layer) {
      return norm(layer.batchNorm(), layer.channels());
    }

    @Override
    public Widths squeezeExcitation(Widths input, SqueezeExcitation layer) {
      return this;
    }

    @Override
    public Widths maxPool(Widths input, int kernel, int stride) {
      return this;
    }

    @Override
    public Widths averagePool(Widths input, int stride) {
      return this;
    }

    @Override
    public Widths activation(Widths input, Activation activation) {
      return this;
    }

    @Override
    public Widths add(Widths left, Widths right) {
      return this;
    }

    @Override
    public Widths globalPool(Widths input) {
      return this;
    }

    @Override
    public Widths linear(Widths input, Linear layer) {
      return this;
    }
  }
}
