package dev.espalier.importer;

import dev.espalier.document.Fields;
import dev.espalier.document.Value;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the columns of a CSV mean; {@link CsvImporter} has the form.
 *
 * @param separator between columns
 * @param latency column of the mean
 * @param spread column of the spread, where there is one
 * @param samples column of the number of samples, where there is one
 * @param run column that tells runs of measurements apart, where there is one
 * @param select column whose text selects the fields of a line, where lines differ
 * @param general fields of every line; only where nothing is selected
 * @param selected fields by the text of the selecting column
 * @param values what a cell's text stands for, by field
 */
record CsvMapping(
    char separator,
    Amount latency,
    Optional<Spread> spread,
    Optional<String> samples,
    Optional<String> run,
    Optional<String> select,
    Map<OperatorField, Source> general,
    Map<String, Map<OperatorField, Source>> selected,
    Map<OperatorField, Map<String, String>> values) {

  private static final Map<OperatorField, List<OperatorField>> ALTERNATIVES =
      Map.of(
          OperatorField.INPUT,
          List.of(
              OperatorField.INPUT_HEIGHT, OperatorField.INPUT_WIDTH, OperatorField.INPUT_CHANNELS),
          OperatorField.OUTPUT,
          List.of(
              OperatorField.OUTPUT_HEIGHT,
              OperatorField.OUTPUT_WIDTH,
              OperatorField.OUTPUT_CHANNELS),
          OperatorField.EXPANSION_CHANNELS,
          List.of(OperatorField.EXPANSION_RATIO),
          OperatorField.SQUEEZE_CHANNELS,
          List.of(OperatorField.SQUEEZE_REDUCTION));

  /** Where the text of a field is taken from. */
  sealed interface Source {
    /** Every line has the same. */
    record Constant(String text) implements Source {}

    /** The column of a name. */
    record Column(String name) implements Source {}
  }

  /** A column of latencies. */
  record Amount(String column, LatencyUnit unit) {}

  /** A column of spreads, in the unit or in its square. */
  record Spread(String column, LatencyUnit unit, Statistic statistic) {}

  enum Statistic {
    STANDARD_DEVIATION,
    VARIANCE
  }

  /**
   * Reads a mapping.
   *
   * @throws dev.espalier.document.InvalidDocumentException naming everything wrong with it
   */
  static CsvMapping read(SourceFile file) {
    Fields fields = Fields.of(file.name(), file.text().getBytes(StandardCharsets.UTF_8));
    Optional<String> separator = fields.optionalText("separator");
    if (separator.isPresent() && separator.get().length() != 1) {
      fields.problem("separator", "'" + separator.get() + "' is not a single character");
    }
    Fields latency = fields.object("latency");
    Amount amount = new Amount(latency.text("column"), latency.choice("unit", LatencyUnit.class));
    Optional<Spread> spread =
        fields
            .optionalObject("spread")
            .map(
                s ->
                    new Spread(
                        s.text("column"),
                        s.choice("unit", LatencyUnit.class),
                        s.choice("statistic", Statistic.class)));
    Optional<String> samples = fields.optionalText("samples");
    Optional<String> run = fields.optionalText("run");
    Map<OperatorField, Source> general = sources(fields);
    Optional<String> select = fields.optionalText("select");
    Map<String, Map<OperatorField, Source>> selected = new LinkedHashMap<>();
    Optional<Value> rows = fields.optionalValue("rows");
    if (rows.isPresent() != select.isPresent()) {
      fields.problem(
          rows.isPresent() ? "rows" : "select",
          "select names the column whose text selects one of rows: both are needed, or neither");
    }
    rows.ifPresent(value -> readRows(value, general, selected));
    if (select.isEmpty()) {
      noteAlternatives(what -> fields.problem("columns", what), general);
    }
    CsvMapping mapping =
        new CsvMapping(
            separator.filter(s -> s.length() == 1).map(s -> s.charAt(0)).orElse(','),
            amount,
            spread,
            samples,
            run,
            select,
            general,
            selected,
            values(fields));
    fields.finish();
    return mapping;
  }

  private static void readRows(
      Value rows,
      Map<OperatorField, Source> general,
      Map<String, Map<OperatorField, Source>> selected) {
    for (Value element : rows.elements()) {
      element
          .object()
          .ifPresent(
              row -> {
                Map<OperatorField, Source> sources = overlaid(general, row);
                noteAlternatives(element::problem, sources);
                putOnce(selected, row, sources);
              });
    }
  }

  /** Puts a value under the text that an object of a list is for. */
  private static <T> void putOnce(Map<String, T> map, Fields object, T value) {
    Optional<String> text = object.value("text", "the text of a cell").flatMap(Value::text);
    if (text.isPresent() && map.putIfAbsent(text.get(), value) != null) {
      object.problem("text", "'" + text.get() + "' is given twice: keep one");
    }
  }

  /** A field that is said in two ways may be said differently. */
  private static void noteAlternatives(
      Consumer<String> problem, Map<OperatorField, Source> sources) {
    ALTERNATIVES.forEach(
        (one, others) -> {
          List<String> both =
              others.stream().filter(sources::containsKey).map(OperatorField::word).toList();
          if (sources.containsKey(one) && !both.isEmpty()) {
            problem.accept(
                "%s is given, and so is %s: keep one"
                    .formatted(one.word(), String.join(", ", both)));
          }
        });
  }

  private static Map<OperatorField, Source> overlaid(
      Map<OperatorField, Source> general, Fields row) {
    Map<OperatorField, Source> sources = new EnumMap<>(OperatorField.class);
    sources.putAll(general);
    sources.putAll(sources(row));
    return sources;
  }

  private static Map<OperatorField, Source> sources(Fields fields) {
    Map<OperatorField, Source> sources = new EnumMap<>(OperatorField.class);
    Optional<Fields> columns = fields.optionalObject("columns");
    Optional<Fields> constants = fields.optionalObject("constants");
    for (OperatorField field : OperatorField.values()) {
      Optional<String> column = columns.flatMap(c -> c.optionalText(field.word()));
      Optional<String> constant = constants.flatMap(c -> c.optionalText(field.word()));
      column.ifPresent(name -> sources.put(field, new Source.Column(name)));
      constant.ifPresent(text -> sources.put(field, new Source.Constant(text)));
      if (column.isPresent() && constant.isPresent()) {
        constants.get().problem(field.word(), "it has a column too: keep one");
      }
    }
    return sources;
  }

  private static Map<OperatorField, Map<String, String>> values(Fields fields) {
    Map<OperatorField, Map<String, String>> values = new EnumMap<>(OperatorField.class);
    Optional<Fields> translated = fields.optionalObject("values");
    for (OperatorField field : OperatorField.values()) {
      translated
          .flatMap(t -> t.optionalValue(field.word()))
          .ifPresent(list -> values.put(field, meanings(list)));
    }
    return values;
  }

  private static Map<String, String> meanings(Value list) {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (Value element : list.elements()) {
      element.object().ifPresent(each -> putOnce(meanings, each, each.text("means")));
    }
    return meanings;
  }

  /** Every column that it names. */
  Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    columns.add(latency.column());
    spread.ifPresent(s -> columns.add(s.column()));
    samples.ifPresent(columns::add);
    run.ifPresent(columns::add);
    select.ifPresent(columns::add);
    columnsOf(general, columns);
    selected.values().forEach(sources -> columnsOf(sources, columns));
    return columns;
  }

  private static void columnsOf(Map<OperatorField, Source> sources, Set<String> columns) {
    for (Source origin : sources.values()) {
      if (origin instanceof Source.Column column) {
        columns.add(column.name());
      }
    }
  }
}
