package dev.espalier.importer;

/** Reads files of one form with settings that were found sound. */
@FunctionalInterface
public interface TableReader {
  /**
   * Turns a file into readings. Throws nothing for what the file holds: an entry that makes no
   * sense is a problem among the readings, and reading goes on.
   */
  void read(SourceFile file, Readings readings);
}
