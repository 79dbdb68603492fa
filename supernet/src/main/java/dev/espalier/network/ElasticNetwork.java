package dev.espalier.network;

import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.List;

/** A weight-sharing network: one forward walk for every architecture of its space. */
public interface ElasticNetwork {
  /** The space whose architectures it can run. */
  SearchSpace space();

  /** The side and channels of the images an architecture takes. */
  InputShape input(Architecture architecture);

  /** What every batch norm adds to variances. */
  float batchNormEpsilon();

  /** Number of classes. */
  int classes();

  /**
   * Walks an architecture from input to logits.
   *
   * @param input of shape {@link #input}
   */
  <T> T forward(Architecture architecture, T input, ElasticLayers<T> layers);

  /**
   * The elastic widths whose channels may be put in another order without changing any function:
   * the trainer sorts them by importance before it shrinks width.
   */
  List<SortableChannels> sortableChannels();

  /**
   * Image shape.
   *
   * @param channels of an image
   * @param side rows and columns
   */
  record InputShape(int channels, int side) {}

  /**
   * Channels that several tensors share.
   *
   * @param importance the tensor whose L1 norm per channel ranks them
   * @param importanceDimension the dimension of {@code importance} that runs over the channels
   * @param uses every place that must be put in the same order
   */
  record SortableChannels(String importance, int importanceDimension, List<Use> uses) {
    public SortableChannels {
      uses = List.copyOf(uses);
    }

    /** One dimension of one tensor. */
    public record Use(String tensor, int dimension) {}
  }
}
