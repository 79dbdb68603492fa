package dev.espalier.operator;

/** Whether an operator's input is added to its output. */
public enum Shortcut {
  NONE,
  IDENTITY
}
