package dev.espalier.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;

/** Folders of what lives as long as the JVM. */
final class TemporaryFolders {
  private TemporaryFolders() {}

  /** When the JVM ends: stops what writes into a folder, then deletes it. */
  static void deleteAtExit(Path folder, Runnable stop) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    stop.run();
                  } catch (RuntimeException e) {
                    // Hadoop unregisters hooks of its own, which the JVM refuses by now.
                  }
                  try {
                    FileUtils.deleteDirectory(folder.toFile());
                  } catch (IOException e) {
                    // A process that is just ending may still write; the system clears the rest.
                  }
                }));
  }
}
