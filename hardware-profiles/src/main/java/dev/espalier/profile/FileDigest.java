package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.Digest;
import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import java.util.List;

/**
 * What a profile's description says of the file of a table, so that one which was altered is
 * noticed.
 *
 * @param of what the file holds, the key of their number, as in {@code operators}
 * @param entries number of them, at least 1
 * @param sha256 of the file
 */
record FileDigest(String of, int entries, String sha256) {
  private static final String SHA256 = "sha256";

  static FileDigest read(Fields fields, String of) {
    return new FileDigest(of, fields.count(of, 1), fields.text(SHA256));
  }

  void write(ObjectNode object) {
    object.put(of, entries).put(SHA256, sha256);
  }

  /**
   * Compares with what is there.
   *
   * @param document the name of the description
   * @throws InvalidDocumentException if it is another file than was written
   */
  void require(String file, byte[] content, int size, String document) {
    String actual = Digest.of(content);
    if (!actual.equals(sha256) || size != entries) {
      throw new InvalidDocumentException(
          file,
          List.of(
              "%d %s, sha256 %s, but %s says %d, %s: it was altered; restore it or measure again"
                  .formatted(size, of, actual, document, entries, sha256)));
    }
  }
}
