package dev.espalier.kit;

import dev.espalier.document.Fields;

/** What a model of a kit is timed for. Kits list models in this order. */
public enum KitRole {
  /** A ReLU over an input: the fixed cost of a run, which is taken off operators of that input. */
  EMPTY("empty"),
  /** One operator of the space. */
  OPERATOR("op"),
  /** A whole network that an overhead model is fitted on. */
  CALIBRATION("cal"),
  /** A whole network that the error of sums is stated on. */
  PROBE("probe");

  private final String prefix;

  KitRole(String prefix) {
    this.prefix = prefix;
  }

  /** What the names of such models begin with. */
  String prefix() {
    return prefix;
  }

  /** Whether it is a whole network. */
  public boolean network() {
    return this == CALIBRATION || this == PROBE;
  }

  /** As manifests spell it. */
  public String word() {
    return Fields.word(this);
  }
}
