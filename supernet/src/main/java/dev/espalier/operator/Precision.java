package dev.espalier.operator;

/** The number format of weights and activations. */
public enum Precision {
  FLOAT32(4),
  FLOAT16(2),
  INT8(1);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
