package dev.espalier.microcontroller;

/** A node that there is no kernel for. */
public final class UnsupportedNodeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String node;
  private final String what;

  /**
   * A node without a kernel.
   *
   * @param node the name of what it makes
   * @param what it is, and what there are kernels for
   */
  UnsupportedNodeException(String node, String what) {
    super("node %s: %s".formatted(node, what));
    this.node = node;
    this.what = what;
  }

  /** The name of what it makes. */
  public String node() {
    return node;
  }

  /** What it is, and what there are kernels for. */
  public String what() {
    return what;
  }
}
