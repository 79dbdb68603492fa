package dev.espalier.provenance;

/** The mark a number bears; a {@link Provenance} tells the rest. */
public enum Origin {
  /** Timed on the device itself. */
  MEASURED,
  /** Derived from what an emulator counted. */
  EMULATED,
  /** Computed by a model that was fitted on other numbers. */
  MODELLED
}
