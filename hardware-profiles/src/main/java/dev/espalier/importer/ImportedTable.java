package dev.espalier.importer;

import dev.espalier.table.LatencyTable;
import java.util.List;

/**
 * A table that was imported, and what became of the entries of its files.
 *
 * @param table what each operator costs
 * @param entries in the files that it is made of, copies included
 * @param pooled operators that several runs timed, whose entry is over the samples of all
 * @param largestRatio of the largest to the smallest mean that runs found of one such operator; 1
 *     where there is none
 * @param leftOut entries that are not in it, each with its place and the reason
 */
public record ImportedTable(
    LatencyTable table, int entries, int pooled, double largestRatio, List<String> leftOut) {
  public ImportedTable {
    leftOut = List.copyOf(leftOut);
  }
}
