package dev.espalier.provenance;

/** Checks of texts that must say something. */
final class Texts {
  private Texts() {}

  static void require(String owner, String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(owner + ": " + name + " must not be blank");
    }
  }
}
