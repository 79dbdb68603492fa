package dev.espalier.run;

import dev.espalier.accuracy.ReportedAccuracy;
import dev.espalier.artefact.Digest;
import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import dev.espalier.space.Architecture;
import dev.espalier.space.Decision;
import dev.espalier.space.InvertedResidualLayout;
import dev.espalier.space.InvertedResidualSpace;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads measured accuracies from CSV: a line of column names, then an architecture a line. Its
 * columns decide how it is read; others are passed over, as are blank lines.
 *
 * <ul>
 *   <li>{@code architecture}, as {@link SearchSpace#format} writes it (in quotes where it holds
 *       commas), and {@code accuracy};
 *   <li>{@code ks}, {@code e}, {@code d}, {@code image_size} and {@code top1}, as OFA's code holds
 *       them and measurements of its subnets were published: kernels and expansions of all blocks,
 *       and depths of all stages, each separated by blanks. What stands at blocks beyond a stage's
 *       depth is ignored.
 * </ul>
 *
 * <p>Accuracies are fractions of top-1. An architecture that is there again with the same accuracy
 * counts once.
 */
public final class ReportedAccuracyReader {
  private static final List<String> READABLE = List.of("architecture", "accuracy");
  private static final String KERNELS = "ks";
  private static final String EXPANSIONS = "e";
  private static final String DEPTHS = "d";
  private static final String RESOLUTION = "image_size";
  private static final String TOP1 = "top1";
  private static final List<String> CODED = List.of(KERNELS, EXPANSIONS, DEPTHS, RESOLUTION, TOP1);

  private final SearchSpace space;
  private final String digest;
  private final List<String> problems = new ArrayList<>();
  private final Map<Architecture, Place> found = new LinkedHashMap<>();
  private List<String> header = List.of();
  private List<String> columns = List.of();

  /** What a line said of an architecture. */
  private record Place(double accuracy, int line) {}

  /** One line, by column. */
  private record Row(List<String> header, List<String> cells, int line) {
    String cell(String column) {
      return cells.get(header.indexOf(column));
    }
  }

  private ReportedAccuracyReader(SearchSpace space, String digest) {
    this.space = space;
    this.digest = digest;
  }

  /**
   * Reads a file.
   *
   * @param document its name in messages, usually its path
   * @return in the order of their lines
   * @throws InvalidDocumentException listing every problem with its line
   */
  public static List<ReportedAccuracy> read(SearchSpace space, String document, byte[] csv) {
    ReportedAccuracyReader reader = new ReportedAccuracyReader(space, Digest.of(csv));
    CsvLines.read(SourceFile.of(document, csv).text(), ',', reader.new Lines());
    if (reader.problems.isEmpty() && reader.found.isEmpty()) {
      reader.problem(1, "there are no measurements below the column names");
    }
    if (!reader.problems.isEmpty()) {
      throw new InvalidDocumentException(document, reader.problems);
    }
    List<ReportedAccuracy> reported = new ArrayList<>();
    reader.found.forEach(
        (architecture, place) ->
            reported.add(new ReportedAccuracy(architecture, place.accuracy, reader.digest)));
    return reported;
  }

  private void problem(int line, String what) {
    problems.add("line " + line + ": " + what);
  }

  private final class Lines implements CsvLines.Reader {
    @Override
    public void line(int number, List<String> cells) {
      if (cells.size() != header.size()) {
        problem(
            number,
            "%d values, not %d; a value that holds commas needs quotes"
                .formatted(cells.size(), header.size()));
        return;
      }
      Row row = new Row(header, cells, number);
      if (columns == READABLE) {
        add(row, readable(row), "accuracy");
      } else {
        add(row, coded(row), TOP1);
      }
    }

    @Override
    public boolean header(List<String> names) {
      if (names.stream().noneMatch(name -> READABLE.contains(name) || CODED.contains(name))) {
        problem(
            1,
            "found '%s' where column names are needed: %s; or %s"
                .formatted(
                    String.join(",", names), String.join(",", READABLE), String.join(",", CODED)));
        return false;
      }
      header = names;
      columns = names.contains(READABLE.get(0)) ? READABLE : CODED;
      boolean sound = CsvLines.requireOnce(names, columns, this);
      if (sound && columns == CODED && !(space instanceof InvertedResidualSpace)) {
        sound = false;
        problem(
            1,
            "columns ks, e and d describe inverted residual blocks, which spaces of family %s have not: use columns %s"
                .formatted(space.family(), String.join(",", READABLE)));
      }
      return sound;
    }

    @Override
    public void problem(int line, String what) {
      ReportedAccuracyReader.this.problem(line, what);
    }
  }

  /** Empty where it is none of the space, which was noted. */
  private Optional<Architecture> readable(Row row) {
    try {
      return Optional.of(space.parse(row.cell(READABLE.get(0))));
    } catch (IllegalArgumentException e) {
      problem(row.line, e.getMessage());
      return Optional.empty();
    }
  }

  /** Empty where it is none of the space, which was noted. */
  private Optional<Architecture> coded(Row row) {
    InvertedResidualSpace blocks = (InvertedResidualSpace) space;
    int before = problems.size();
    List<String> kernels = numbers(row, KERNELS, blocks.blocks().size(), "blocks");
    List<String> expansions = numbers(row, EXPANSIONS, blocks.blocks().size(), "blocks");
    List<InvertedResidualLayout.Stage> stages = blocks.layout().stages();
    List<String> depths = numbers(row, DEPTHS, stages.size(), "stages");
    byte[] code = new byte[space.length()];
    option(row, RESOLUTION, row.cell(RESOLUTION), code, 0);
    if (kernels.isEmpty() || expansions.isEmpty() || depths.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < kernels.size(); i++) {
      InvertedResidualSpace.Block block = blocks.blocks().get(i);
      if (block.position() == 0) {
        option(row, DEPTHS, depths.get(block.stage()), code, block.depthDecision());
      }
      int depth = stages.get(block.stage()).depths().get(code[block.depthDecision()]);
      if (block.position() < depth) {
        option(row, KERNELS, kernels.get(i), code, block.kernelDecision());
        option(row, EXPANSIONS, expansions.get(i), code, block.expansionDecision());
      }
    }
    return problems.size() > before ? Optional.empty() : Optional.of(space.architecture(code));
  }

  /** Empty where there are more or fewer, which was noted. */
  private List<String> numbers(Row row, String column, int count, String of) {
    List<String> numbers = List.of(row.cell(column).split("\\s+"));
    if (numbers.size() != count) {
      problem(
          row.line,
          "column %s holds %d numbers; the space has %d %s"
              .formatted(column, numbers.size(), count, of));
      return List.of();
    }
    return numbers;
  }

  private void option(Row row, String column, String value, byte[] code, int index) {
    Decision decision = space.decisions().get(index);
    int option = decision.options().indexOf(value);
    if (option < 0) {
      problem(
          row.line,
          "column %s: %s '%s' is not one of %s"
              .formatted(column, decision.name(), value, decision.options()));
    } else {
      code[index] = (byte) option;
    }
  }

  private void add(Row row, Optional<Architecture> architecture, String column) {
    OptionalDouble accuracy = accuracy(row, column);
    if (architecture.isEmpty() || accuracy.isEmpty()) {
      return;
    }
    Architecture measured = architecture.orElseThrow();
    Place here = new Place(accuracy.orElseThrow(), row.line);
    Place first = found.putIfAbsent(measured, here);
    if (first != null && first.accuracy != here.accuracy) {
      problem(
          row.line,
          "%s has accuracy %s here and %s in line %d: keep one"
              .formatted(space.format(measured), here.accuracy, first.accuracy, first.line));
    }
  }

  /** Empty where it is none, which was noted. */
  private OptionalDouble accuracy(Row row, String column) {
    String text = row.cell(column);
    double accuracy;
    try {
      accuracy = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      accuracy = Double.NaN;
    }
    if (accuracy >= 0 && accuracy <= 1) {
      return OptionalDouble.of(accuracy);
    }
    problem(
        row.line,
        "%s '%s' is not a fraction between 0 and 1%s"
            .formatted(
                column, text, accuracy > 1 && accuracy <= 100 ? "; divide percents by 100" : ""));
    return OptionalDouble.empty();
  }
}
