package dev.espalier.artefact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * Something on a file system that is missing, corrupt, or cannot be written. The message names the
 * path, what is wrong and what to do.
 */
public final class ArtefactException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that says path, what and remedy. */
  public ArtefactException(String message) {
    super(message);
  }

  /** With its cause. */
  public ArtefactException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A file whose content is not what it should be. */
  public static ArtefactException corrupt(Path path, String what, String remedy) {
    return new ArtefactException(path + ": " + what + "; " + remedy);
  }

  /** A read that failed. */
  public static ArtefactException unreadable(Path path, IOException cause) {
    if (cause instanceof FileNotFoundException || cause instanceof NoSuchFileException) {
      return new ArtefactException(path + " does not exist: check the path", cause);
    }
    return new ArtefactException(
        path + " cannot be read (" + reason(cause) + "): " + remedy(cause), cause);
  }

  /** A write that failed. */
  public static ArtefactException unwritable(Path path, IOException cause) {
    return new ArtefactException(
        path + " cannot be written (" + reason(cause) + "): " + remedy(cause), cause);
  }

  private static String reason(IOException cause) {
    String message =
        cause instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  private static String remedy(IOException cause) {
    String reason = reason(cause).toLowerCase(Locale.ROOT);
    if (reason.contains("no space left") || reason.contains("quota")) {
      return "free some space there or choose another folder";
    }
    if (cause instanceof AccessControlException
        || cause instanceof java.nio.file.AccessDeniedException
        || reason.contains("permission denied")) {
      return "check the permissions of it and of the folders above it";
    }
    return "check the path, its permissions and that its file system is up";
  }
}
