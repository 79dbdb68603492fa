package dev.espalier.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One document while it is read: what was opened of it, and what was found wrong. */
final class Reading {
  private final String document;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Fields> opened = new ArrayList<>();

  private record Problem(int line, String text) {}

  Reading(String document) {
    this.document = document;
  }

  void problem(int line, String text) {
    problems.add(new Problem(line, "line " + line + ": " + text));
  }

  void opened(Fields fields) {
    opened.add(fields);
  }

  boolean sound() {
    return problems.isEmpty();
  }

  void finish() {
    opened.forEach(Fields::noteUnknown);
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(
          document,
          problems.stream()
              .sorted(Comparator.comparingInt(Problem::line))
              .map(Problem::text)
              .toList());
    }
  }
}
