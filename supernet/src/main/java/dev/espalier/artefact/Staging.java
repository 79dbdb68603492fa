package dev.espalier.artefact;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
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
    storage.requireVacant(destination);
    return openReplacing(storage, destination);
  }

  /**
   * Starts a folder that may take the place of another, by {@link #replace}.
   *
   * @throws ArtefactException if its parent cannot be written
   */
  public static Staging openReplacing(Storage storage, Path destination) {
    Path qualified = storage.qualified(destination);
    if (qualified.isRoot()) {
      throw new IllegalArgumentException(destination + " is a root: choose a folder below it");
    }
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
      removeEmptyDestination();
      move(storage, folder, destination);
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

  /**
   * Makes everything written so far the destination, in place of the folder that is there.
   *
   * <p>What is there is renamed aside and removed once the new folder has its name: a reader that
   * looks in between finds no folder, never a half or a mixture. If the second rename fails, the
   * first is undone; if the process ends between the two, {@link #recover} undoes it.
   *
   * @param unchanged is given the folder that is to be replaced, which no writer can reach any
   *     more, and says whether it is the one that the new content was made from
   * @throws ArtefactException if it is not, and then nothing changes, or if renaming fails
   */
  public void replace(Predicate<Path> unchanged) {
    if (published || !storage.exists(destination)) {
      publish();
      return;
    }
    Path aside = aside(destination);
    try {
      fileSystem.delete(aside, true); // a replacement that ended before it tidied up
      move(storage, destination, aside);
    } catch (IOException e) {
      throw ArtefactException.unwritable(destination, e);
    }
    try {
      if (!unchanged.test(aside)) {
        throw new ArtefactException(
            destination + " was changed by another writer meanwhile: run the command again");
      }
      move(storage, folder, destination);
      published = true;
    } catch (IOException e) {
      throw ArtefactException.unwritable(destination, e);
    } finally {
      if (!published) {
        recover(storage, destination);
      }
    }
    try {
      fileSystem.delete(aside, true);
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}; remove it by hand", aside, e.getMessage());
    }
  }

  /**
   * Gives a folder its name back if a {@link #replace} of it ended half way; to be called before
   * what it holds is read in order to replace it.
   */
  public static void recover(Storage storage, Path destination) {
    Path qualified = storage.qualified(destination);
    if (!qualified.isRoot() && !storage.exists(qualified) && storage.exists(aside(qualified))) {
      try {
        move(storage, aside(qualified), qualified);
      } catch (IOException e) {
        throw new ArtefactException(
            "%s could not be put back (%s): rename %s to it"
                .formatted(qualified, e.getMessage(), aside(qualified)),
            e);
      }
    }
  }

  private static Path aside(Path destination) {
    return new Path(destination.getParent(), "." + destination.getName() + ".replaced");
  }

  private static void move(Storage storage, Path from, Path to) throws IOException {
    if (storage.fileSystem(to) instanceof RawLocalFileSystem local) {
      // rename(2) replaces an empty folder and fails on any other; Hadoop's own local rename
      // falls back to copying into the folder.
      Files.move(toFile(local, from), toFile(local, to), StandardCopyOption.ATOMIC_MOVE);
    } else {
      // FileSystem.rename would move into an existing folder; this one refuses it.
      FileContext.getFileContext(to.toUri(), storage.configuration())
          .rename(from, to, Options.Rename.NONE);
    }
  }

  private static java.nio.file.Path toFile(RawLocalFileSystem local, Path path) {
    return local.pathToFile(path).toPath();
  }

  private void removeEmptyDestination() throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem) && fileSystem.exists(destination)) {
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
