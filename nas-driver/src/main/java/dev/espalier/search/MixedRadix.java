package dev.espalier.search;

/** Numbers the combinations of options of some decisions, the last decision fastest. */
final class MixedRadix {
  private MixedRadix() {}

  static int index(int[] scope, int[] radices, byte[] code) {
    return index(scope, radices, code, 0);
  }

  /** The number of the combination in the code that starts at {@code offset}. */
  static int index(int[] scope, int[] radices, byte[] codes, int offset) {
    int index = 0;
    for (int decision : scope) {
      index = index * radices[decision] + codes[offset + decision];
    }
    return index;
  }

  /** Writes the options of combination {@code index} into {@code code} at the scope's decisions. */
  static void decode(int index, int[] scope, int[] radices, byte[] code) {
    int rest = index;
    for (int i = scope.length - 1; i >= 0; i--) {
      code[scope[i]] = (byte) (rest % radices[scope[i]]);
      rest /= radices[scope[i]];
    }
  }
}
