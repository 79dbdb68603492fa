package dev.espalier.network;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Shortcut;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaResNet50;
import dev.espalier.space.OfaResNet50.Block;
import java.util.ArrayList;
import java.util.List;

/** The forward walk of family {@code ofa-resnet50}. */
public final class ResNet50Network implements ElasticNetwork {
  private static final float BATCH_NORM_EPSILON = 1e-5f;
  private static final int KERNEL = 3;

  private final OfaResNet50 space;

  /** Makes the network of a space. */
  public ResNet50Network(OfaResNet50 space) {
    this.space = space;
  }

  @Override
  public OfaResNet50 space() {
    return space;
  }

  @Override
  public InputShape input(Architecture architecture) {
    return new InputShape(space.definition().inputChannels(), space.resolution(architecture));
  }

  @Override
  public float batchNormEpsilon() {
    return BATCH_NORM_EPSILON;
  }

  @Override
  public int classes() {
    return space.definition().classes();
  }

  @Override
  public <T> T forward(Architecture architecture, T input, ElasticLayers<T> layers) {
    int images = space.definition().inputChannels();
    int middle = space.stemMiddleChannels(architecture);
    int stem = space.stemChannels(architecture);
    T x =
        convolution(
            layers,
            input,
            "stem.first",
            new Dense(images, middle, KERNEL, OfaResNet50.STEM_STRIDE, Activation.RELU));
    if (space.stemResidual(architecture)) {
      x =
          layers.add(
              convolution(
                  layers, x, "stem.middle", new Dense(middle, middle, KERNEL, 1, Activation.RELU)),
              x);
    }
    x = convolution(layers, x, "stem.last", new Dense(middle, stem, KERNEL, 1, Activation.RELU));
    x = layers.maxPool(x, OfaResNet50.POOL_KERNEL, OfaResNet50.STEM_STRIDE);
    for (Block block : space.blocks()) {
      if (space.active(block, architecture)) {
        x = bottleneck(layers, x, block, architecture);
      }
    }
    return layers.linear(
        layers.globalPool(x),
        new ElasticLayers.Linear("classifier", space.lastChannels(architecture), classes()));
  }

  /** The numbers of one convolution. */
  private record Dense(
      int inputChannels, int outputChannels, int kernel, int stride, Activation activation) {}

  private static <T> T convolution(ElasticLayers<T> layers, T x, String name, Dense dense) {
    return layers.convolution(
        x,
        new ElasticLayers.Convolution(
            name + ".weight",
            name + "_bn",
            dense.inputChannels,
            dense.outputChannels,
            dense.kernel,
            dense.stride,
            dense.activation));
  }

  private <T> T bottleneck(ElasticLayers<T> layers, T x, Block block, Architecture architecture) {
    String name = block.name();
    int inputs = space.inputChannels(block, architecture);
    int middle = space.middleChannels(block, architecture);
    int outputs = space.outputChannels(block, architecture);
    T y =
        convolution(layers, x, name + ".reduce", new Dense(inputs, middle, 1, 1, Activation.RELU));
    y =
        convolution(
            layers,
            y,
            name + ".middle",
            new Dense(middle, middle, KERNEL, block.stride(), Activation.RELU));
    y = convolution(layers, y, name + ".expand", new Dense(middle, outputs, 1, 1, Activation.NONE));
    T shortcut = x;
    if (block.shortcut() == Shortcut.PROJECTION) {
      shortcut =
          convolution(
              layers,
              layers.averagePool(x, block.stride()),
              name + ".project",
              new Dense(inputs, outputs, 1, 1, Activation.NONE));
    }
    return layers.activation(layers.add(y, shortcut), Activation.RELU);
  }

  /** Middle channels of every bottleneck; the widths of stages are tied by their shortcuts. */
  @Override
  public List<SortableChannels> sortableChannels() {
    List<SortableChannels> sortable = new ArrayList<>();
    for (Block block : space.blocks()) {
      String name = block.name();
      sortable.add(between(name, ".middle", ".expand"));
      sortable.add(between(name, ".reduce", ".middle"));
    }
    return sortable;
  }

  /** Channels that one convolution of a block hands to the next, ranked by the next. */
  private static SortableChannels between(String block, String from, String to) {
    List<SortableChannels.Use> uses = new ArrayList<>();
    uses.add(new SortableChannels.Use(block + from + ".weight", 0));
    uses.add(new SortableChannels.Use(block + to + ".weight", 1));
    for (String part : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
      uses.add(new SortableChannels.Use(block + from + "_bn" + part, 0));
    }
    return new SortableChannels(block + to + ".weight", 1, uses);
  }
}
