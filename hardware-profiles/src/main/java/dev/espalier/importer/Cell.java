package dev.espalier.importer;

/**
 * A value as it stands in a file.
 *
 * @param name of what it is, as the file says it: a key or a column
 * @param text as written
 * @param line where, 1 first
 */
public record Cell(String name, String text, int line) {}
