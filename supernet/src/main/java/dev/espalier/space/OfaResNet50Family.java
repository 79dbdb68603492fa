package dev.espalier.space;

/** The family {@code ofa-resnet50}; see {@link OfaResNet50}. */
public final class OfaResNet50Family extends RecordFamily<ResNet50Definition, OfaResNet50> {
  static final String NAME = "ofa-resnet50";

  /** For registration. */
  public OfaResNet50Family() {
    super(
        NAME,
        ResNet50Definition.class,
        OfaResNet50::new,
        OfaResNet50.class,
        OfaResNet50::definition);
  }
}
