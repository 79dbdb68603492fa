package dev.espalier.microcontroller;

/** A compiler or an emulator that is missing or fails; the message says what it printed. */
public final class ToolchainException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ToolchainException(String message) {
    super(message);
  }

  ToolchainException(String message, Throwable cause) {
    super(message, cause);
  }
}
