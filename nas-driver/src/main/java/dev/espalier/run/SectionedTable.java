package dev.espalier.run;

import java.util.List;
import java.util.function.Supplier;

/**
 * A table that is made section by section, since the rows of a fleet would fill the heap all at
 * once.
 *
 * @param name of the table and of its file
 * @param sections at least one, all with the same columns, in the order of their rows
 */
public record SectionedTable(String name, List<Supplier<ResultTable>> sections) {
  public SectionedTable {
    sections = List.copyOf(sections);
  }

  /** A table of one section. */
  static SectionedTable of(ResultTable whole) {
    return new SectionedTable(whole.name(), List.of(() -> whole));
  }
}
