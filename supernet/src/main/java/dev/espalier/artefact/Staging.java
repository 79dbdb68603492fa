package dev.espalier.artefact;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder in the making: everything is written into a hidden sibling of the destination, and
 * {@link #publish} makes it the destination by one rename. Closing without publishing removes what
 * was written, and the parent folders that were made for it.
 *
 * <pre>{@code
 * try (Staging staging = Staging.open(storage, destination)) {
 *   staging.write("run.json", bytes);
 *   staging.publish();
 * }
 * }</pre>
 *
 * <p>Of several writers that publish to the same place one wins and the others get an {@link
 * ArtefactException}; none is ever put inside the other. That is guaranteed where rename is atomic:
 * local file systems and HDFS. Object stores such as {@code s3a:} copy file by file; there the
 * check comes before the copy, and a reader that looks meanwhile may see a part.
 *
 * <p>Not thread-safe, but files of different names may be written from several threads.
 */
public final class Staging implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

  private final Storage storage;
  private final FileSystem fileSystem;
  private final Path destination;
  private final Path folder;
  private final List<Path> createdParents;
  private boolean published;

  private Staging(Storage storage, Path destination, Path folder, List<Path> createdParents) {
    this.storage = storage;
    this.fileSystem = storage.fileSystem(destination);
    this.destination = destination;
    this.folder = folder;
    this.createdParents = createdParents;
  }

  /**
   * Starts a folder.
   *
   * @param destination must not exist, or be an empty folder
   * @throws ArtefactException if it is not vacant or its parent cannot be written
   */
  public static Staging open(Storage storage, Path destination) {
    Path qualified = storage.qualified(destination);
    if (qualified.isRoot()) {
      throw new IllegalArgumentException(destination + " is a root: choose a folder below it");
    }
    storage.requireVacant(qualified);
    FileSystem fileSystem = storage.fileSystem(qualified);
    Path folder =
        new Path(
            qualified.getParent(), "." + qualified.getName() + ".staging-" + UUID.randomUUID());
    try {
      List<Path> created = new ArrayList<>(); // deepest first
      for (Path p = qualified.getParent(); p != null && !fileSystem.exists(p); p = p.getParent()) {
        created.add(p);
      }
      if (!fileSystem.mkdirs(folder)) {
        throw new IOException("the folder cannot be made");
      }
      return new Staging(storage, qualified, folder, created);
    } catch (IOException e) {
      throw ArtefactException.unwritable(qualified, e);
    }
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; closing {@code out} is allowed, not needed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Where to write until {@link #publish}; for writers that want a path, such as Spark's. */
  public Path folder() {
    return folder;
  }

  /**
   * Writes one file.
   *
   * @param name relative, with {@code /} between folders
   */
  public void write(String name, byte[] content) {
    write(name, out -> out.write(content));
  }

  /** Writes one file piece by piece. */
  public void write(String name, Content content) {
    Path file = new Path(folder, name);
    try (OutputStream out = fileSystem.create(file, false)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw ArtefactException.unwritable(new Path(destination, name), e);
    } catch (FSError e) {
      throw ArtefactException.unwritable(new Path(destination, name), Storage.cause(e));
    }
  }

  /** Writes one file as JSON; see {@link Json#write}. */
  public void writeJson(String name, Object value) {
    write(name, Json.write(value));
  }

  /**
   * Makes everything written so far the destination, at once.
   *
   * @throws ArtefactException if another writer was faster; what it wrote is left alone
   */
  public void publish() {
    if (published) {
      throw new IllegalStateException(destination + " was published already");
    }
    try {
      if (fileSystem instanceof RawLocalFileSystem local) {
        // rename(2) replaces an empty folder and fails on any other; Hadoop's own local rename
        // falls back to copying into the folder.
        Files.move(
            toFile(local, folder), toFile(local, destination), StandardCopyOption.ATOMIC_MOVE);
      } else {
        removeEmptyDestination();
        // FileSystem.rename would move into an existing folder; this one refuses it.
        FileContext.getFileContext(destination.toUri(), storage.configuration())
            .rename(folder, destination, Options.Rename.NONE);
      }
    } catch (IOException e) {
      if (storage.exists(destination)) {
        throw new ArtefactException(
            destination
                + " was published by another writer meanwhile and is left as it is: choose another"
                + " folder",
            e);
      }
      throw ArtefactException.unwritable(destination, e);
    }
    published = true;
  }

  private static java.nio.file.Path toFile(RawLocalFileSystem local, Path path) {
    return local.pathToFile(path).toPath();
  }

  private void removeEmptyDestination() throws IOException {
    if (fileSystem.exists(destination)) {
      FileStatus status = fileSystem.getFileStatus(destination);
      if (status.isDirectory() && fileSystem.listStatus(destination).length == 0) {
        fileSystem.delete(destination, false); // not recursive: fails if a writer came between
      }
    }
  }

  /** Removes what was not published; a failure to do so is logged. */
  @Override
  public void close() {
    if (published) {
      return;
    }
    try {
      fileSystem.delete(folder, true);
      for (Path parent : createdParents) {
        if (fileSystem.listStatus(parent).length > 0) {
          break;
        }
        fileSystem.delete(parent, false);
      }
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}; remove it by hand", folder, e.getMessage());
    }
  }
}
