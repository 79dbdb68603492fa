package dev.espalier.network;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Shortcut;
import dev.espalier.space.Architecture;
import dev.espalier.space.InvertedResidualSpace;
import dev.espalier.space.InvertedResidualSpace.Block;
import java.util.ArrayList;
import java.util.List;

/** The forward walk of a chain of inverted residual blocks. */
public final class InvertedResidualNetwork implements ElasticNetwork {
  private final InvertedResidualSpace space;

  /** Makes the network of a space. */
  public InvertedResidualNetwork(InvertedResidualSpace space) {
    this.space = space;
  }

  @Override
  public InvertedResidualSpace space() {
    return space;
  }

  @Override
  public InputShape input(Architecture architecture) {
    return new InputShape(space.layout().inputChannels(), space.resolution(architecture));
  }

  @Override
  public float batchNormEpsilon() {
    return space.layout().batchNormEpsilon();
  }

  @Override
  public int classes() {
    return space.layout().classes();
  }

  @Override
  public <T> T forward(Architecture architecture, T input, ElasticLayers<T> layers) {
    var d = space.layout();
    T x =
        layers.convolution(
            input,
            new ElasticLayers.Convolution(
                "stem.conv.weight",
                "stem.bn",
                d.inputChannels(),
                d.stemChannels(),
                3,
                InvertedResidualSpace.STEM_STRIDE,
                d.stemActivation()));
    x = first(x, layers);
    for (Block block : space.blocks()) {
      if (space.active(block, architecture)) {
        x = elastic(x, block, architecture, layers);
      }
    }
    int last = d.stages().get(d.stages().size() - 1).channels();
    x =
        layers.convolution(
            x,
            new ElasticLayers.Convolution(
                "final.conv.weight",
                "final.bn",
                last,
                d.finalChannels(),
                1,
                1,
                d.finalActivation()));
    x = layers.globalPool(x);
    if (d.featureChannels() > 0) {
      x =
          layers.convolution(
              x,
              new ElasticLayers.Convolution(
                  "feature.weight",
                  ElasticLayers.NO_BATCH_NORM,
                  d.finalChannels(),
                  d.featureChannels(),
                  1,
                  1,
                  d.finalActivation()));
    }
    return layers.linear(
        x, new ElasticLayers.Linear("classifier", d.pooledFeatures(), d.classes()));
  }

  private <T> T first(T x, ElasticLayers<T> layers) {
    int channels = space.layout().stemChannels();
    int output = space.layout().firstChannels();
    T y =
        layers.depthwise(
            x,
            new ElasticLayers.Depthwise(
                "first.depthwise.weight",
                "first.depthwise_bn",
                "first.kernel",
                channels,
                3,
                List.of(3),
                1,
                space.layout().firstActivation()));
    y =
        layers.convolution(
            y,
            new ElasticLayers.Convolution(
                "first.project.weight",
                "first.project_bn",
                channels,
                output,
                1,
                1,
                Activation.NONE));
    return channels == output ? layers.add(x, y) : y;
  }

  private <T> T elastic(T x, Block block, Architecture architecture, ElasticLayers<T> layers) {
    String name = block.name();
    int mid = block.expansionChannels(space.expansion(block, architecture));
    T y =
        layers.convolution(
            x,
            new ElasticLayers.Convolution(
                name + ".expand.weight",
                name + ".expand_bn",
                block.inputChannels(),
                mid,
                1,
                1,
                block.activation()));
    y =
        layers.depthwise(
            y,
            new ElasticLayers.Depthwise(
                name + ".depthwise.weight",
                name + ".depthwise_bn",
                name + ".kernel",
                mid,
                space.kernel(block, architecture),
                space.layout().kernels(),
                block.stride(),
                block.activation()));
    if (block.squeezeChannels(mid) > 0) {
      y =
          layers.squeezeExcitation(
              y,
              new ElasticLayers.SqueezeExcitation(
                  name + ".squeeze_reduce",
                  name + ".squeeze_expand",
                  mid,
                  block.squeezeChannels(mid)));
    }
    y =
        layers.convolution(
            y,
            new ElasticLayers.Convolution(
                name + ".project.weight",
                name + ".project_bn",
                mid,
                block.outputChannels(),
                1,
                1,
                Activation.NONE));
    return block.shortcut() == Shortcut.IDENTITY ? layers.add(x, y) : y;
  }

  @Override
  public List<SortableChannels> sortableChannels() {
    List<SortableChannels> sortable = new ArrayList<>();
    for (Block block : space.blocks()) {
      String name = block.name();
      List<SortableChannels.Use> uses = new ArrayList<>();
      uses.add(new SortableChannels.Use(name + ".expand.weight", 0));
      uses.add(new SortableChannels.Use(name + ".depthwise.weight", 0));
      uses.add(new SortableChannels.Use(name + ".project.weight", 1));
      for (String norm : List.of(".expand_bn", ".depthwise_bn")) {
        for (String part : List.of(".weight", ".bias", ".running_mean", ".running_var")) {
          uses.add(new SortableChannels.Use(name + norm + part, 0));
        }
      }
      if (block.squeezeReduction() > 0) {
        uses.add(new SortableChannels.Use(name + ".squeeze_reduce.weight", 1));
        uses.add(new SortableChannels.Use(name + ".squeeze_expand.weight", 0));
        uses.add(new SortableChannels.Use(name + ".squeeze_expand.bias", 0));
        sortable.add(
            new SortableChannels(
                name + ".squeeze_expand.weight",
                1,
                List.of(
                    new SortableChannels.Use(name + ".squeeze_reduce.weight", 0),
                    new SortableChannels.Use(name + ".squeeze_reduce.bias", 0),
                    new SortableChannels.Use(name + ".squeeze_expand.weight", 1))));
      }
      sortable.add(new SortableChannels(name + ".project.weight", 1, uses));
    }
    return sortable;
  }
}
