package dev.espalier.importer;

import java.util.Arrays;

/** What an operator is made of, as mappings name it. */
enum OperatorField {
  KIND("kind"),
  INPUT("input"),
  INPUT_HEIGHT("inputHeight"),
  INPUT_WIDTH("inputWidth"),
  INPUT_CHANNELS("inputChannels"),
  OUTPUT("output"),
  OUTPUT_HEIGHT("outputHeight"),
  OUTPUT_WIDTH("outputWidth"),
  OUTPUT_CHANNELS("outputChannels"),
  KERNEL("kernel"),
  STRIDE("stride"),
  GROUPS("groups"),
  EXPANSION_CHANNELS("expansionChannels"),
  EXPANSION_RATIO("expansionRatio"),
  SQUEEZE_CHANNELS("squeezeChannels"),
  SQUEEZE_REDUCTION("squeezeReduction"),
  ACTIVATION("activation"),
  SHORTCUT("shortcut"),
  PRECISION("precision");

  private final String word;

  OperatorField(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  /** All of them, for messages. */
  static String words() {
    return String.join(", ", Arrays.stream(values()).map(OperatorField::word).toList());
  }
}
