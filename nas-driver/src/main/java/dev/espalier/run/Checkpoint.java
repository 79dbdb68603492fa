package dev.espalier.run;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run has finished, in a hidden folder beside its destination, so that a run of the same
 * request and inputs into the same place goes on where a killed one ended. The folder's name holds
 * the digest of both; nothing is there until something is stored. Each file begins with the digest
 * of the rest, and one that does not fit it is passed over. Not thread-safe.
 */
final class Checkpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private static final String STAGING = "staging";

  /** Digits of a digest that keep requests apart. */
  private static final int DIGITS = 16;

  private static final int DIGEST = 64;

  private final Storage storage;
  private final Path folder;
  private boolean stored;

  /**
   * Of a run; reads and writes nothing.
   *
   * @param output where the run will be published
   * @param key digest of its request and inputs
   */
  Checkpoint(Storage storage, Path output, String key) {
    Path qualified = storage.qualified(output);
    this.storage = storage;
    this.folder =
        new Path(
            qualified.getParent(),
            "." + qualified.getName() + ".checkpoint-" + key.substring(0, DIGITS));
  }

  /** Whether this run has stored something. */
  boolean stored() {
    return stored;
  }

  /** Keeps something under a name that nothing else has: its beginning, with a random end. */
  void add(String beginning, byte[] content) {
    put(beginning + "-" + UUID.randomUUID(), content);
  }

  /** Keeps something, in place of what has its name. */
  void put(String name, byte[] content) {
    byte[] sealed = Arrays.copyOf(Digest.of(content).getBytes(US_ASCII), DIGEST + content.length);
    System.arraycopy(content, 0, sealed, DIGEST, content.length);
    storage.replace(new Path(folder, name), sealed);
    stored = true;
  }

  /** What is kept under names of a beginning, by name. */
  List<byte[]> all(String beginning) {
    List<byte[]> found = new ArrayList<>();
    for (String name : names()) {
      if (name.startsWith(beginning + "-")) {
        get(name).ifPresent(found::add);
      }
    }
    return found;
  }

  /** What is kept under a name. */
  Optional<byte[]> get(String name) {
    Path file = new Path(folder, name);
    if (!storage.exists(file)) {
      return Optional.empty();
    }
    byte[] sealed = storage.read(file);
    byte[] content = Arrays.copyOfRange(sealed, Math.min(DIGEST, sealed.length), sealed.length);
    if (sealed.length < DIGEST
        || !Digest.of(content).equals(new String(sealed, 0, DIGEST, US_ASCII))) {
      LOG.warn("{} is damaged and passed over: what it held is done again", file);
      return Optional.empty();
    }
    return Optional.of(content);
  }

  private List<String> names() {
    try {
      return Arrays.stream(storage.fileSystem(folder).listStatus(folder))
          .map(FileStatus::getPath)
          .map(Path::getName)
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw ArtefactException.unreadable(folder, e);
    }
  }

  /**
   * Who makes a folder that is yet to be published.
   *
   * @param folder its path
   * @param host of the driver
   * @param process its id there
   */
  private record Owner(String folder, String host, long process) {}

  /** Remembers the folder in which this run puts together what it will publish. */
  void staging(Path place, String host) {
    put(STAGING, Json.write(new Owner(place.toString(), host, ProcessHandle.current().pid())));
  }

  /** Removes the folder in which a killed run of this host put together what it would publish. */
  void removeStaging(String host) {
    Optional<Owner> owner =
        get(STAGING).map(json -> Json.read(json, Owner.class, folder + "/" + STAGING));
    if (owner.isEmpty()) {
      return;
    }
    boolean ended =
        owner.get().host().equals(host)
            && (owner.get().process() == ProcessHandle.current().pid()
                || ProcessHandle.of(owner.get().process()).isEmpty());
    if (ended) {
      delete(new Path(owner.get().folder()));
    } else if (storage.exists(new Path(owner.get().folder()))) {
      LOG.warn(
          "{} belongs to a run of this request on {}: remove it if that has ended",
          owner.get().folder(),
          owner.get().host());
    }
  }

  /** Forgets everything. */
  void discard() {
    delete(folder);
  }

  private void delete(Path path) {
    try {
      FileSystem fileSystem = storage.fileSystem(path);
      fileSystem.delete(path, true);
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}; remove it by hand", path, e.getMessage());
    }
  }
}
