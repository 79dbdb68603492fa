package dev.espalier.space;

/** The family {@code ofa-proxyless}; see {@link OfaProxyless}. */
public final class OfaProxylessFamily extends RecordFamily<ProxylessDefinition, OfaProxyless> {
  static final String NAME = "ofa-proxyless";

  /** For registration. */
  public OfaProxylessFamily() {
    super(
        NAME,
        ProxylessDefinition.class,
        OfaProxyless::new,
        OfaProxyless.class,
        OfaProxyless::definition);
  }
}
