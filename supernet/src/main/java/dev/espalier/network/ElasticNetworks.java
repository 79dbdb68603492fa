package dev.espalier.network;

import dev.espalier.space.InvertedResidualSpace;
import dev.espalier.space.OfaResNet50;
import dev.espalier.space.SearchSpace;

/** The elastic networks of the spaces that have one. */
public final class ElasticNetworks {
  private ElasticNetworks() {}

  /**
   * The network of a space.
   *
   * @throws IllegalArgumentException if the space's family has none
   */
  public static ElasticNetwork of(SearchSpace space) {
    if (space instanceof InvertedResidualSpace invertedResidual) {
      return new InvertedResidualNetwork(invertedResidual);
    }
    if (space instanceof OfaResNet50 resNet50) {
      return new ResNet50Network(resNet50);
    }
    throw new IllegalArgumentException(
        "family " + space.family() + " has no elastic network: it can be searched, not trained");
  }
}
