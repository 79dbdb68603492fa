package dev.espalier.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Whether emitted C may run its first kernels patch by patch where whole maps do not fit the memory
 * of a target ({@link dev.espalier.memory.PatchedStart}).
 */
public enum PatchRule {
  ALLOWED,
  FORBIDDEN;

  /** As requests write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(PatchRule::label).toList();
  }

  static PatchRule of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
