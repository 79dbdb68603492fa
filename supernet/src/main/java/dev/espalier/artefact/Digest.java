package dev.espalier.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** SHA-256 digests as 64 lower-case hexadecimal digits. */
public final class Digest {
  private Digest() {}

  /** The digest of bytes. */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /**
   * The digest of a file's content, read in pieces.
   *
   * @throws ArtefactException if it cannot be read
   */
  public static String of(Storage storage, Path file) {
    MessageDigest sha256 = sha256();
    try (InputStream in = storage.open(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw ArtefactException.unreadable(file, e);
    } catch (FSError e) {
      throw ArtefactException.unreadable(file, Storage.cause(e));
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /**
   * The digest of several named parts: of the lines {@code DIGEST NAME\n} in the order of names,
   * which is what {@code sha256sum} prints.
   *
   * @param digests of the parts, by name
   */
  public static String ofParts(SortedMap<String, String> digests) {
    StringBuilder lines = new StringBuilder();
    digests.forEach((name, digest) -> lines.append(digest).append("  ").append(name).append('\n'));
    return of(lines.toString().getBytes(UTF_8));
  }

  /**
   * The digest of every file under a folder, by relative name, put together as {@link #ofParts}
   * does. Files and folders whose name starts with a dot or an underscore are left out, as Hadoop
   * and Spark do.
   *
   * @throws ArtefactException if the folder or a file cannot be read
   */
  public static String ofFolder(Storage storage, Path folder) {
    SortedMap<String, String> digests = new TreeMap<>();
    for (String name : storage.list(folder)) {
      digests.put(name, of(storage, new Path(folder, name)));
    }
    return ofParts(digests);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
