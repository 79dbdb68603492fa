package dev.espalier.space;

/** The family {@code ofa-mobilenetv3}; see {@link OfaMobileNetV3}. */
public final class OfaMobileNetV3Family
    extends RecordFamily<MobileNetV3Definition, OfaMobileNetV3> {
  static final String NAME = "ofa-mobilenetv3";

  /** For registration. */
  public OfaMobileNetV3Family() {
    super(
        NAME,
        MobileNetV3Definition.class,
        OfaMobileNetV3::new,
        OfaMobileNetV3.class,
        OfaMobileNetV3::definition);
  }
}
