package dev.espalier.importer;

import dev.espalier.operator.Operator;

/**
 * Any CSV whose columns a mapping explains. The mapping is YAML:
 *
 * <pre>
 * latency: {column: mean_ms, unit: ms}          # us, ms or s; a mean
 * spread: {column: std_ms, unit: ms,            # may be left out
 *          statistic: standard-deviation}       # or variance, in the square of the unit
 * samples: count                                # a column; may be left out
 * run: resolution                               # a column that tells runs of measurements apart,
 *                                               # each of which may time an operator anew
 * separator: ","
 * columns:                                      # which column holds which field
 *   inputHeight: in_hw
 *   inputWidth: in_hw
 *   inputChannels: in_c
 * constants:                                    # fields that no column holds
 *   groups: 1
 * values:                                       # what the text of a cell stands for
 *   activation: [{text: "1", means: h_swish}, {text: "0", means: relu}]
 * select: op                                    # where lines differ: the column that tells how,
 * rows:                                         # and columns and constants of each of its texts
 *   - text: Conv
 *     constants: {kind: conv, kernel: 3, stride: 2, activation: h_swish}
 * </pre>
 *
 * <p>Fields are {@code kind}, {@code input} (as in 14x14x96) or {@code inputHeight}, {@code
 * inputWidth} and {@code inputChannels}, {@code output} or its parts, {@code kernel}, {@code
 * stride}, {@code groups}, {@code expansionChannels} or {@code expansionRatio} (whose product with
 * the input's channels is whole), {@code squeezeChannels} or {@code squeezeReduction} (of the
 * middle channels, rounded to eights; 0 without squeeze-and-excitation), {@code activation}, {@code
 * shortcut} ({@code auto} is an identity wherever shapes are equal and the stride is 1) and {@code
 * precision}. Kinds and other words are those of {@link Operator#key()}. Each kind needs its own
 * fields and ignores the others. What of an output is left out or blank follows from input and
 * stride; so left out, {@code groups} are 1, a convolution has no shortcut, and a linear layer's
 * input is 1 x 1.
 */
public final class CsvImporter implements TableImporter {
  @Override
  public String format() {
    return "csv";
  }

  @Override
  public String summary() {
    return "any CSV, with a mapping that says what the columns mean";
  }

  @Override
  public Mapping mapping() {
    return Mapping.NEEDED;
  }

  @Override
  public TableReader reader(ImportSettings settings) {
    CsvMapping mapping = CsvMapping.read(settings.mapping().orElseThrow());
    MappedOperators operators = new MappedOperators(mapping, settings.precision());
    return (file, readings) ->
        CsvRows.read(
            file,
            mapping.separator(),
            readings,
            mapping.columns(),
            (entry, row) -> read(mapping, operators, entry, row));
  }

  private static void read(
      CsvMapping mapping, MappedOperators operators, Entry entry, CsvRows.Row row) {
    entry.mean(row.cell(mapping.latency().column()), mapping.latency().unit());
    mapping.spread().ifPresent(spread -> readSpread(spread, entry, row));
    mapping.samples().ifPresent(column -> entry.samples(row.cell(column)));
    mapping.run().ifPresent(column -> entry.run(row.cell(column).text()));
    operators.add(entry, row);
  }

  private static void readSpread(CsvMapping.Spread spread, Entry entry, CsvRows.Row row) {
    Cell cell = row.cell(spread.column());
    switch (spread.statistic()) {
      case STANDARD_DEVIATION -> entry.deviation(cell, spread.unit());
      case VARIANCE -> entry.variance(cell, spread.unit());
    }
  }
}
