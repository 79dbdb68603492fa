package dev.espalier.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The file systems that a Hadoop configuration reaches. Every failure is an {@link
 * ArtefactException}. Thread-safe, not serialisable: make one where it is used.
 *
 * <p>Local files are read and written without Hadoop's {@code .crc} siblings: artefacts carry
 * digests of their own.
 */
public final class Storage {
  private final Configuration configuration;

  /** Storage of a configuration, such as the one of a Spark context. */
  public Storage(Configuration configuration) {
    this.configuration = configuration;
  }

  /** What this was made with. */
  public Configuration configuration() {
    return configuration;
  }

  /** The file system of a path. */
  public FileSystem fileSystem(Path path) {
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
    } catch (IOException e) {
      throw ArtefactException.unreadable(path, e);
    }
  }

  /** The path with its scheme, from the root, and without a slash at its end. */
  public Path qualified(Path path) {
    URI uri = fileSystem(path).makeQualified(path).toUri();
    // A path made of a URI keeps such a slash, and its name would be empty.
    return new Path(uri.getScheme(), uri.getAuthority(), uri.getPath());
  }

  /** Whether a file or folder exists. */
  public boolean exists(Path path) {
    try {
      return fileSystem(path).exists(path);
    } catch (IOException e) {
      throw ArtefactException.unreadable(path, e);
    }
  }

  /** Opens a file for reading. */
  public InputStream open(Path file) {
    try {
      return fileSystem(file).open(file);
    } catch (IOException e) {
      throw ArtefactException.unreadable(file, e);
    }
  }

  /** The content of a file. */
  public byte[] read(Path file) {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw ArtefactException.unreadable(file, e);
    } catch (FSError e) {
      throw ArtefactException.unreadable(file, cause(e));
    }
  }

  /**
   * Writes a file, in place of one that is there, by one rename; a reader never sees a half. Of
   * several writers the last wins.
   *
   * @throws ArtefactException if that fails; then nothing is left behind
   */
  public void replace(Path file, byte[] content) {
    replace(file, content, UUID.randomUUID().toString());
  }

  /**
   * Writes a file as {@link #replace(Path, byte[])} does.
   *
   * @param writer ends the name of the hidden sibling that is written first: different for each of
   *     several writers
   */
  public void replace(Path file, byte[] content, String writer) {
    Path qualified = qualified(file);
    Path next = new Path(qualified.getParent(), "." + qualified.getName() + "-" + writer);
    FileSystem fileSystem = fileSystem(qualified);
    try {
      try {
        try (OutputStream out = fileSystem.create(next, true)) {
          out.write(content);
        }
        if (fileSystem instanceof RawLocalFileSystem local) {
          Files.move(
              local.pathToFile(next).toPath(),
              local.pathToFile(qualified).toPath(),
              StandardCopyOption.ATOMIC_MOVE);
        } else {
          FileContext.getFileContext(qualified.toUri(), configuration)
              .rename(next, qualified, Options.Rename.OVERWRITE);
        }
      } catch (IOException | FSError e) {
        fileSystem.delete(next, false);
        throw e;
      }
    } catch (IOException e) {
      throw ArtefactException.unwritable(file, e);
    } catch (FSError e) {
      throw ArtefactException.unwritable(file, cause(e));
    }
  }

  /** Reads strict JSON; see {@link Json#read}. */
  public <T> T readJson(Path file, Class<T> type) {
    return Json.read(read(file), type, file.toString());
  }

  /** Reads any JSON. */
  public JsonNode readJson(Path file) {
    return readJson(file, JsonNode.class);
  }

  /**
   * The files under a folder and its subfolders by relative name, sorted; those hidden by a leading
   * dot or underscore, and what lies in folders so hidden, are left out.
   */
  public List<String> list(Path folder) {
    TreeSet<String> names = new TreeSet<>();
    try {
      collect(fileSystem(folder), folder, "", names);
    } catch (IOException e) {
      throw ArtefactException.unreadable(folder, e);
    }
    return new ArrayList<>(names);
  }

  /** Hadoop's local streams turn every failure of the disk, a full one too, into an error. */
  static IOException cause(FSError error) {
    return error.getCause() instanceof IOException e ? e : new IOException(error);
  }

  private static void collect(
      FileSystem fileSystem, Path folder, String prefix, TreeSet<String> names) throws IOException {
    for (FileStatus status : fileSystem.listStatus(folder)) {
      String name = status.getPath().getName();
      if (name.startsWith(".") || name.startsWith("_")) {
        continue;
      }
      if (status.isDirectory()) {
        collect(fileSystem, status.getPath(), prefix + name + "/", names);
      } else {
        names.add(prefix + name);
      }
    }
  }

  /**
   * Refuses a destination that holds something already.
   *
   * @throws ArtefactException if it is a file or a folder that is not empty
   */
  public void requireVacant(Path destination) {
    try {
      FileSystem fileSystem = fileSystem(destination);
      FileStatus status = fileSystem.getFileStatus(destination);
      if (!status.isDirectory()) {
        throw new ArtefactException(
            destination + " is a file: choose a folder that does not exist");
      }
      FileStatus[] content = fileSystem.listStatus(destination);
      if (content.length > 0) {
        throw new ArtefactException(
            "%s is not empty (%s%s): choose another folder, or remove it first"
                .formatted(
                    destination,
                    content[0].getPath().getName(),
                    content.length == 1 ? "" : " and " + (content.length - 1) + " more"));
      }
    } catch (FileNotFoundException e) {
      // vacant
    } catch (IOException e) {
      throw ArtefactException.unreadable(destination, e);
    }
  }
}
