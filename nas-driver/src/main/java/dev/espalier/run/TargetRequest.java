package dev.espalier.run;

import java.util.Map;

/** Targets as a request names them: one, or many at once. */
public sealed interface TargetRequest {
  /** As a request writes it; texts and maps of texts. */
  Object written();

  /**
   * One hardware profile, or all profiles of a folder.
   *
   * @param nameOrPath the name of a profile; or, with a slash, the path of a profile's folder or of
   *     a folder that holds profiles
   */
  record Named(String nameOrPath) implements TargetRequest {
    @Override
    public Object written() {
      return nameOrPath;
    }
  }

  /**
   * The profiles whose folders match a pattern.
   *
   * @param pattern a Hadoop path with {@code *}, {@code ?}, {@code [a-z]} or {@code {a,b}}
   */
  record Matching(String pattern) implements TargetRequest {
    @Override
    public Object written() {
      return pattern;
    }
  }

  /**
   * A table of targets, one a line; see {@link TargetTable}.
   *
   * @param file the path of a CSV file
   */
  record Table(String file) implements TargetRequest {
    @Override
    public Object written() {
      return Map.of("table", file);
    }
  }

  /** What a text asks for: a pattern if it holds a character that only patterns have. */
  static TargetRequest of(String text) {
    return text.matches(".*[*?\\[{].*") ? new Matching(text) : new Named(text);
  }
}
