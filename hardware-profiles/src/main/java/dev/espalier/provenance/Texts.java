package dev.espalier.provenance;

/** Checks of texts that must say something. */
final class Texts {
  private Texts() {}

  static void requireWords(
      String owner, String name, String value, String otherName, String otherValue) {
    requireWord(owner, name, value);
    requireWord(owner, otherName, otherValue);
  }

  private static void requireWord(String owner, String name, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(owner + ": " + name + " must not be blank");
    }
  }
}
