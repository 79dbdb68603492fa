package dev.espalier.document;

import java.util.Collection;

/** What somebody may have meant who wrote a word that is not known. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * {@code " (did you mean 'budgets'?)"} for the known word with the fewest insertions, deletions
   * and substitutions away from {@code word}; empty where more than half of the word would change.
   */
  public static String of(String word, Collection<String> known) {
    String best = "";
    int least = word.length() / 2 + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : " (did you mean '" + best + "'?)";
  }

  /** Levenshtein's distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
