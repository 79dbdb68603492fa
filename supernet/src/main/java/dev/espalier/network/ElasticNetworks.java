package dev.espalier.network;

import dev.espalier.space.OfaMobileNetV3;
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
    if (space instanceof OfaMobileNetV3 mobileNetV3) {
      return new MobileNetV3Network(mobileNetV3);
    }
    throw new IllegalArgumentException(
        "family " + space.family() + " has no elastic network: it can be searched, not trained");
  }
}
