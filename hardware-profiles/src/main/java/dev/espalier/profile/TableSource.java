package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;

/**
 * The files that a table was imported from.
 *
 * @param format the importer's name for their form
 * @param files number of files, at least 1
 * @param entries in them that were read, at least 1
 * @param pooled operators that several runs timed, whose entry is over the samples of all; at least
 *     0
 * @param sha256 of the lines {@code DIGEST NAME\n} of every file in the order of their names, which
 *     is what {@code sha256sum} prints
 */
public record TableSource(String format, int files, int entries, int pooled, String sha256) {
  public TableSource {
    if (format.isBlank() || sha256.isBlank() || files < 1 || entries < 1 || pooled < 0) {
      throw new IllegalArgumentException(
          "table source: format '%s' and sha256 '%s' must not be blank, files %d and entries %d at least 1, pooled %d not negative"
              .formatted(format, sha256, files, entries, pooled));
    }
  }

  /** In words, for reports. */
  public String words() {
    return "imported as %s from %s, %d entries%s, sha256 %s"
        .formatted(
            format,
            files == 1 ? "1 file" : files + " files",
            entries,
            pooled == 0
                ? ""
                : "; " + pooled + " operators are means over all samples of several runs",
            sha256);
  }

  void write(ObjectNode object) {
    object.put("format", format);
    object.put("files", files);
    object.put("entries", entries);
    object.put("pooled", pooled);
    object.put("sha256", sha256);
  }

  static TableSource read(Fields fields) {
    return new TableSource(
        fields.text("format"),
        fields.count("files", 1),
        fields.count("entries", 1),
        fields.count("pooled", 0),
        fields.text("sha256"));
  }
}
