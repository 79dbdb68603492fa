package dev.espalier.importer;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.TableImporter.Mapping;
import java.util.List;

/** Reads the files of one table. */
public final class TableImport {
  private TableImport() {}

  /**
   * Reads a table. The order of the files does not matter to it.
   *
   * @param files at least one, all of the importer's form
   * @throws InvalidDocumentException naming every entry that is no latency of an operator, with
   *     file and line, and every operator that is there with latencies that exclude each other
   * @throws IllegalArgumentException if the settings do not suit the importer
   */
  public static ImportedTable read(
      TableImporter importer, List<SourceFile> files, ImportSettings settings) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there is no file to import");
    }
    requireMapping(importer, settings);
    TableReader reader = importer.reader(settings);
    Readings readings = new Readings(settings);
    files.forEach(file -> reader.read(file, readings));
    List<String> problems = readings.problems();
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException("import as " + importer.format(), problems);
    }
    return readings.table();
  }

  private static void requireMapping(TableImporter importer, ImportSettings settings) {
    if (settings.mapping().isPresent() && importer.mapping() == Mapping.NONE) {
      throw new IllegalArgumentException(
          "format %s knows what its files mean: leave the mapping %s out"
              .formatted(importer.format(), settings.mapping().get().name()));
    }
    if (settings.mapping().isEmpty() && importer.mapping() == Mapping.NEEDED) {
      throw new IllegalArgumentException(
          "format %s needs a mapping that says what the columns mean".formatted(importer.format()));
    }
  }
}
