package dev.espalier.space;

/**
 * OFA-Proxyless: the elastic form of ProxylessNAS (Cai et al., ICLR 2019) that OFA released, with
 * ReLU6 everywhere and without squeeze-and-excitation. Its last stage has one block, as released.
 */
public final class OfaProxyless extends InvertedResidualSpace {
  private final ProxylessDefinition definition;

  /** Makes the space of a definition. */
  public OfaProxyless(ProxylessDefinition definition) {
    super(OfaProxylessFamily.NAME, definition.layout());
    this.definition = definition;
  }

  /** The data this space was made from. */
  public ProxylessDefinition definition() {
    return definition;
  }
}
