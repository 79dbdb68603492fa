package dev.espalier.space;

/** Reads the parts of an architecture's readable form, with messages that name part and options. */
final class ArchitectureText {
  private final SearchSpace space;
  private final String text;

  ArchitectureText(SearchSpace space, String text) {
    this.space = space;
    this.text = text;
  }

  /**
   * Reads a word of several letters each followed by an option, as in {@code k3e6}.
   *
   * @param code receives the options
   * @param letters one for each decision, distinct from the options' characters
   * @param decisions in the word's order
   */
  void options(byte[] code, String word, String[] letters, int... decisions) {
    int from = 0;
    for (int i = 0; i < decisions.length; i++) {
      int to = i + 1 < decisions.length ? word.indexOf(letters[i + 1], from + 1) : word.length();
      String part = word.substring(Math.min(from, word.length()), to < 0 ? word.length() : to);
      code[decisions[i]] = option(decisions[i], part, letters[i]);
      from += part.length();
    }
  }

  private byte option(int decision, String word, String letter) {
    Decision d = space.decisions().get(decision);
    int index = word.startsWith(letter) ? d.options().indexOf(word.substring(letter.length())) : -1;
    if (index < 0) {
      throw wrong(
          "'%s' is not %s followed by one of %s (%s)"
              .formatted(word, letter, d.options(), d.name()));
    }
    return (byte) index;
  }

  /** Refuses a stage that lists more or fewer blocks than its depth. */
  void requireBlocks(int stage, int depth, int listed) {
    if (listed != depth) {
      throw wrong("stage %d of depth %d lists %d blocks".formatted(stage + 1, depth, listed));
    }
  }

  IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "architecture '%s': %s; an example: %s"
            .formatted(text, what, space.format(space.smallest())));
  }
}
