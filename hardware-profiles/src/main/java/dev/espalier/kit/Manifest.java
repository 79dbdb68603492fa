package dev.espalier.kit;

import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.TensorShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The file {@value #FILE} of a kit: one model a line, in the order in which to measure. */
final class Manifest {
  static final String FILE = "manifest.csv";

  private static final List<String> COLUMNS = List.of("file", "role", "subject", "input", "sha256");

  private Manifest() {}

  static byte[] write(List<KitModel> models) {
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    for (KitModel model : models) {
      // Subjects alone may hold commas, and nothing holds a quote.
      text.append(
          "%s,%s,\"%s\",%s,%s\n"
              .formatted(
                  model.file(),
                  model.role().word(),
                  model.subject(),
                  model.input(),
                  model.sha256()));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws InvalidDocumentException naming every wrong line
   */
  static List<KitModel> read(String document, byte[] csv) {
    List<KitModel> models = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    CsvLines.read(
        new String(csv, StandardCharsets.UTF_8),
        ',',
        new CsvLines.Reader() {
          @Override
          public boolean header(List<String> columns) {
            if (!columns.equals(COLUMNS)) {
              problem(1, "columns are %s, not %s".formatted(columns, COLUMNS));
            }
            return columns.equals(COLUMNS);
          }

          @Override
          public void line(int number, List<String> cells) {
            Optional<KitRole> role =
                Arrays.stream(KitRole.values())
                    .filter(r -> cells.size() > 1 && r.word().equals(cells.get(1)))
                    .findFirst();
            if (cells.size() != COLUMNS.size() || role.isEmpty()) {
              problem(number, "this is no model of a kit");
              return;
            }
            try {
              models.add(
                  new KitModel(
                      cells.get(0),
                      role.get(),
                      cells.get(2),
                      TensorShape.parse(cells.get(3)),
                      cells.get(4)));
            } catch (IllegalArgumentException e) {
              problem(number, e.getMessage());
            }
          }

          @Override
          public void problem(int line, String what) {
            problems.add("line " + line + ": " + what);
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(document, problems);
    }
    return models;
  }
}
