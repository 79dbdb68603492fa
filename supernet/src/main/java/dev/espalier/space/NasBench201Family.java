package dev.espalier.space;

/** The family {@code nasbench201}; see {@link NasBench201}. */
public final class NasBench201Family extends RecordFamily<NasBench201Definition, NasBench201> {
  static final String NAME = "nasbench201";

  /** For registration. */
  public NasBench201Family() {
    super(
        NAME,
        NasBench201Definition.class,
        NasBench201::new,
        NasBench201.class,
        NasBench201::definition);
  }
}
