package dev.espalier.nightly;

/** What became of the model of one target and budget in one night. */
public enum Decision {
  /** There was none before. */
  NEW("new"),
  /** Another takes its place. */
  REPLACED("replaced"),
  /** Its target was searched again, and it stays. */
  KEPT("kept"),
  /** Its target did not change, so nothing was looked at. */
  CARRIED("carried over"),
  /** It breaks its budget, and there is none to replace it. */
  BROKEN("breaks its budget"),
  /** There is no model: the budget cannot be met. */
  NONE("none fits"),
  /** There is no model: some fit, and none of them passed verification. */
  REFUSED("none passed");

  private final String words;

  Decision(String words) {
    this.words = words;
  }

  /** Whether a person should look: devices have no model that fits, and one could. */
  boolean alarms() {
    return this == BROKEN || this == REFUSED;
  }

  /** What a later night says of it whose inputs are the same. */
  Decision carried() {
    return alarms() || this == NONE ? this : CARRIED;
  }

  /** As reports and tables write it. */
  public String words() {
    return words;
  }
}
