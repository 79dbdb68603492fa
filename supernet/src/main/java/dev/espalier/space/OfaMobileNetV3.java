package dev.espalier.space;

/**
 * OFA-MobileNetV3 (Cai et al., <em>Once-for-All</em>, ICLR 2020, section 4.1): inverted residual
 * blocks with h-swish and squeeze-and-excitation where {@link MobileNetV3Definition} says.
 */
public final class OfaMobileNetV3 extends InvertedResidualSpace {
  private final MobileNetV3Definition definition;

  /** Makes the space of a definition. */
  public OfaMobileNetV3(MobileNetV3Definition definition) {
    super(OfaMobileNetV3Family.NAME, definition.layout());
    this.definition = definition;
  }

  /** The data this space was made from. */
  public MobileNetV3Definition definition() {
    return definition;
  }
}
