package dev.espalier.importer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Knows one form in which latency tables are published. Registered in {@code
 * META-INF/services/dev.espalier.importer.TableImporter}; immutable and thread-safe.
 */
public interface TableImporter {
  /** Whether an importer has to be told what the columns mean. */
  enum Mapping {
    NONE,
    NEEDED
  }

  /** The name under which users ask for it, as in {@code ofa-yaml}. */
  String format();

  /** What it reads, in a few words. */
  String summary();

  /** Whether it needs {@link ImportSettings#mapping()}; it is given one only then. */
  Mapping mapping();

  /**
   * Makes a reader.
   *
   * @throws IllegalArgumentException if what the settings say of the table cannot be
   * @throws dev.espalier.document.InvalidDocumentException naming everything wrong with the mapping
   */
  TableReader reader(ImportSettings settings);

  /** All that are registered, in the order of their formats. */
  static List<TableImporter> all() {
    List<TableImporter> importers = new ArrayList<>();
    ServiceLoader.load(TableImporter.class).forEach(importers::add);
    importers.sort(Comparator.comparing(TableImporter::format));
    return importers;
  }

  /**
   * The registered importer of a format.
   *
   * @throws IllegalArgumentException listing the formats that are known
   */
  static TableImporter named(String format) {
    List<TableImporter> importers = all();
    return importers.stream()
        .filter(importer -> importer.format().equals(format))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown format '%s'; formats are %s"
                        .formatted(
                            format,
                            String.join(
                                ", ", importers.stream().map(TableImporter::format).toList()))));
  }
}
