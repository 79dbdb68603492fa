package dev.espalier.deploy;

import java.io.Serializable;
import java.util.Arrays;

/** A file of a deployment, not yet written. Immutable; {@link #content()} copies. */
public final class EmittedFile implements Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final byte[] content;

  /**
   * Copies its content.
   *
   * @param name within the deployment
   */
  public EmittedFile(String name, byte[] content) {
    this.name = name;
    this.content = content.clone();
  }

  /** Its name within the deployment. */
  public String name() {
    return name;
  }

  /** A copy of its bytes. */
  public byte[] content() {
    return content.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EmittedFile f
        && name.equals(f.name)
        && Arrays.equals(content, f.content);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return "%s (%d bytes)".formatted(name, content.length);
  }
}
