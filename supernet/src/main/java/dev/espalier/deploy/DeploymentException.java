package dev.espalier.deploy;

/** A model that an engine refuses or fails to run; the cause is the engine's. */
public final class DeploymentException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that says what and where. */
  public DeploymentException(String message, Throwable cause) {
    super(message, cause);
  }
}
