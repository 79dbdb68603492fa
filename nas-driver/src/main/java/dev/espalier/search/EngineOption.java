package dev.espalier.search;

import java.util.HashSet;
import java.util.List;

/**
 * One thing a request may set for an engine. Names are lower-case words joined by hyphens; {@code
 * kind} is taken, since by it a request names the engine.
 */
public sealed interface EngineOption {
  /** The key in a request, unique within its engine. */
  String name();

  /** What it does, in one line without a full stop. */
  String description();

  /** What it may be, in words, as in {@code 4 to 10000000}. */
  String range();

  /** Its default, as a request would write it. */
  String defaultText();

  /**
   * A whole number.
   *
   * @param least the smallest allowed
   * @param most the largest allowed
   * @param byDefault its value where a request is silent
   */
  record Whole(String name, int least, int most, int byDefault, String description)
      implements EngineOption {
    /** The largest allowed where nothing else sets a limit. */
    public static final int MOST = 10_000_000;

    public Whole {
      requireName(name);
      requireWithin(
          name, byDefault, byDefault >= least && byDefault <= most, least + " to " + most);
    }

    @Override
    public String range() {
      return least + " to " + most;
    }

    @Override
    public String defaultText() {
      return Integer.toString(byDefault);
    }

    void require(int value) {
      requireWithin(name, value, value >= least && value <= most, range());
    }
  }

  /**
   * A number above 0 and at most 1.
   *
   * @param byDefault its value where a request is silent
   */
  record Share(String name, double byDefault, String description) implements EngineOption {
    private static final String RANGE = "above 0, at most 1";

    public Share {
      requireName(name);
      requireWithin(name, byDefault, byDefault > 0 && byDefault <= 1, RANGE);
    }

    @Override
    public String range() {
      return RANGE;
    }

    @Override
    public String defaultText() {
      return Double.toString(byDefault);
    }

    void require(double value) {
      requireWithin(name, value, value > 0 && value <= 1, RANGE);
    }
  }

  /**
   * One of some words.
   *
   * @param words at least one, distinct, in the order in which messages list them
   * @param byDefault its value where a request is silent
   */
  record Choice(String name, List<String> words, String byDefault, String description)
      implements EngineOption {
    public Choice {
      requireName(name);
      words = List.copyOf(words);
      if (new HashSet<>(words).size() < words.size()) {
        throw new IllegalArgumentException(
            "engine option %s: %s lists a word twice".formatted(name, words));
      }
      requireWithin(name, byDefault, words.contains(byDefault), String.join("|", words));
    }

    @Override
    public String range() {
      return String.join("|", words);
    }

    @Override
    public String defaultText() {
      return byDefault;
    }

    void require(String value) {
      requireWithin(name, value, words.contains(value), range());
    }
  }

  private static void requireName(String name) {
    if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*") || name.equals("kind")) {
      throw new IllegalArgumentException(
          "engine option '%s': a name is lower-case words joined by hyphens, and not kind"
              .formatted(name));
    }
  }

  private static void requireWithin(String name, Object value, boolean within, String range) {
    if (!within) {
      throw new IllegalArgumentException(
          "engine option %s: %s is not allowed; allowed: %s".formatted(name, value, range));
    }
  }
}
