package dev.espalier.run;

/** What a request draws architectures from. */
public sealed interface SourceRequest {
  /** The name or path that the request gives. */
  String name();

  /**
   * A supernet, from which models are extracted, verified and published.
   *
   * @param name of a shipped supernet, or the path of a supernet's folder
   */
  record Supernet(String name) implements SourceRequest {
    public Supernet {
      requireName(name);
    }
  }

  /**
   * A space known by an accuracy predictor alone: architectures are found, no model is made.
   *
   * @param name the path of a stored predictor's folder
   */
  record Predictor(String name) implements SourceRequest {
    public Predictor {
      requireName(name);
    }
  }

  private static void requireName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a request needs a supernet or a predictor");
    }
  }
}
