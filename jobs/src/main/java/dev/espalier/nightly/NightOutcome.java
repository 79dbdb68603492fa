package dev.espalier.nightly;

/** What came of a night: the exit statuses that a timer can tell apart. */
public enum NightOutcome {
  /** No input changed; nothing but the log was written. */
  NOTHING_CHANGED(0, "nothing changed"),
  /** It ended with an error; the latest night is what it was. */
  FAILED(1, "failed"),
  /** Another night holds the lock. */
  LOCKED(3, "locked"),
  /** Something changed, and every model stays. */
  ALL_KEPT(10, "something changed, every model stays"),
  /** At least one model is new, replaced or gone. */
  MODELS_CHANGED(11, "models changed"),
  /** It ended well, but a target cannot be used, or a model breaks its budget or is missing. */
  ATTENTION(12, "a person should look");

  private final int exitStatus;
  private final String words;

  NightOutcome(int exitStatus, String words) {
    this.exitStatus = exitStatus;
    this.words = words;
  }

  /** What the process ends with. */
  public int exitStatus() {
    return exitStatus;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
