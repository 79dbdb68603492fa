package dev.espalier.importer;

import dev.espalier.importer.CsvMapping.Source;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.ChannelRounding;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Makes operators of the lines of a CSV as a mapping says. Not thread-safe. */
final class MappedOperators {
  /** A shortcut that is an identity wherever one can be. */
  private static final String AUTO = "auto";

  private final CsvMapping mapping;
  private final Precision precision;

  /** Fields that the mapping lacks, so that each is told once and not on every line. */
  private final Set<String> lacking = new HashSet<>();

  MappedOperators(CsvMapping mapping, Precision precision) {
    this.mapping = mapping;
    this.precision = precision;
  }

  /** Adds a line's operator to its entry, or notes what is wrong with it. */
  void add(Entry entry, CsvRows.Row row) {
    Map<OperatorField, Source> sources = mapping.general();
    String rule = "";
    if (mapping.select().isPresent()) {
      Cell cell = row.cell(mapping.select().get());
      rule = cell.text();
      sources = mapping.selected().get(rule);
      if (sources == null) {
        entry.wrong(
            cell,
            "among the rows of the mapping: " + String.join(", ", mapping.selected().keySet()));
        return;
      }
    }
    Line line = new Line(entry, row, rule, sources);
    Optional<OperatorKind> kind = line.constant(OperatorField.KIND, OperatorKind.class);
    if (kind.isPresent()) {
      line.add(kind.get());
    }
  }

  /** One line while it is read; what is missing or wrong is noted and stands as empty or 1. */
  private final class Line {
    private final Entry entry;
    private final CsvRows.Row row;
    private final String rule;
    private final Map<OperatorField, Source> sources;

    Line(Entry entry, CsvRows.Row row, String rule, Map<OperatorField, Source> sources) {
      this.entry = entry;
      this.row = row;
      this.rule = rule;
      this.sources = sources;
    }

    void add(OperatorKind kind) {
      boolean convolves =
          switch (kind) {
            case CONV, MBCONV, BOTTLENECK -> true;
            case MAX_POOL, AVERAGE_POOL, GLOBAL_POOL, LINEAR, ADD -> false;
          };
      boolean block = kind == OperatorKind.MBCONV || kind == OperatorKind.BOTTLENECK;
      boolean slides =
          convolves || kind == OperatorKind.MAX_POOL || kind == OperatorKind.AVERAGE_POOL;
      TensorShape input = input(kind);
      int kernel = slides ? whole(OperatorField.KERNEL, 1) : 1;
      int stride = slides ? whole(OperatorField.STRIDE, 1) : 1;
      int groups =
          kind == OperatorKind.CONV && given(OperatorField.GROUPS)
              ? whole(OperatorField.GROUPS, 1)
              : 1;
      TensorShape output = output(kind, input, stride);
      int expansion = block ? expansion(input) : 0;
      int squeeze = kind == OperatorKind.MBCONV ? squeeze(expansion) : 0;
      Activation activation =
          convolves
              ? constant(OperatorField.ACTIVATION, Activation.class).orElse(Activation.NONE)
              : Activation.NONE;
      Shortcut shortcut = shortcut(kind, input.equals(output) && stride == 1);
      requirePrecision();
      if (entry.sound()) {
        entry.add(
            () ->
                new Operator(
                    kind,
                    input,
                    output,
                    kernel,
                    stride,
                    groups,
                    expansion,
                    squeeze,
                    activation,
                    shortcut,
                    precision));
      }
    }

    private TensorShape input(OperatorKind kind) {
      if (has(OperatorField.INPUT)) {
        return shape(OperatorField.INPUT);
      }
      int channels = whole(OperatorField.INPUT_CHANNELS, 1);
      return new TensorShape(
          side(kind, OperatorField.INPUT_HEIGHT), side(kind, OperatorField.INPUT_WIDTH), channels);
    }

    /** Of a linear layer it is 1 where nothing else is said. */
    private int side(OperatorKind kind, OperatorField field) {
      return kind == OperatorKind.LINEAR && !given(field) ? 1 : whole(field, 1);
    }

    private TensorShape output(OperatorKind kind, TensorShape input, int stride) {
      if (has(OperatorField.OUTPUT)) {
        return shape(OperatorField.OUTPUT);
      }
      boolean keepsChannels =
          switch (kind) {
            case MAX_POOL, AVERAGE_POOL, GLOBAL_POOL, ADD -> true;
            case CONV, MBCONV, BOTTLENECK, LINEAR -> false;
          };
      int channels =
          keepsChannels && !given(OperatorField.OUTPUT_CHANNELS)
              ? input.channels()
              : whole(OperatorField.OUTPUT_CHANNELS, 1);
      TensorShape follows =
          switch (kind) {
            case CONV, MBCONV, BOTTLENECK, MAX_POOL, AVERAGE_POOL, ADD ->
                input.convolved(stride, channels);
            case GLOBAL_POOL, LINEAR -> new TensorShape(1, 1, channels);
          };
      return new TensorShape(
          given(OperatorField.OUTPUT_HEIGHT)
              ? whole(OperatorField.OUTPUT_HEIGHT, 1)
              : follows.height(),
          given(OperatorField.OUTPUT_WIDTH)
              ? whole(OperatorField.OUTPUT_WIDTH, 1)
              : follows.width(),
          channels);
    }

    private int expansion(TensorShape input) {
      if (!has(OperatorField.EXPANSION_RATIO)) {
        return whole(OperatorField.EXPANSION_CHANNELS, 1);
      }
      Optional<Cell> cell = cell(OperatorField.EXPANSION_RATIO);
      if (cell.isEmpty()) {
        return 1;
      }
      double channels = entry.finite(cell.get()) * input.channels();
      if (!(channels >= 1 && channels <= Integer.MAX_VALUE) || channels != Math.rint(channels)) {
        entry.wrong(
            cell.get(),
            "a ratio that makes a whole number of %d channels; or map expansionChannels"
                .formatted(input.channels()));
        return 1;
      }
      return (int) channels;
    }

    private int squeeze(int expansion) {
      if (!has(OperatorField.SQUEEZE_REDUCTION)) {
        return whole(OperatorField.SQUEEZE_CHANNELS, 0);
      }
      int reduction = whole(OperatorField.SQUEEZE_REDUCTION, 0);
      return reduction == 0 ? 0 : ChannelRounding.toMultipleOfEight(expansion / reduction);
    }

    private Shortcut shortcut(OperatorKind kind, boolean possible) {
      return switch (kind) {
        case MAX_POOL, AVERAGE_POOL, GLOBAL_POOL, LINEAR, ADD -> Shortcut.NONE;
        case CONV -> given(OperatorField.SHORTCUT) ? shortcut(possible) : Shortcut.NONE;
        case MBCONV, BOTTLENECK -> shortcut(possible);
      };
    }

    private Shortcut shortcut(boolean possible) {
      Optional<Cell> cell = cell(OperatorField.SHORTCUT);
      if (cell.isPresent() && cell.get().text().equals(AUTO)) {
        return possible ? Shortcut.IDENTITY : Shortcut.NONE;
      }
      return cell.flatMap(c -> constant(c, Shortcut.class)).orElse(Shortcut.NONE);
    }

    private void requirePrecision() {
      if (has(OperatorField.PRECISION)) {
        Optional<Cell> cell = cell(OperatorField.PRECISION);
        if (cell.flatMap(c -> constant(c, Precision.class))
            .filter(p -> p != precision)
            .isPresent()) {
          entry.wrong(cell.get(), Readings.word(precision) + ", the precision of the profile");
        }
      }
    }

    private boolean has(OperatorField field) {
      return sources.containsKey(field);
    }

    /** Whether a field that may be left out is there and not blank. */
    private boolean given(OperatorField field) {
      return has(field)
          && !(sources.get(field) instanceof Source.Column column
              && row.cell(column.name()).text().isEmpty());
    }

    private int whole(OperatorField field, int least) {
      Optional<Cell> cell = cell(field);
      OptionalInt value = cell.isPresent() ? entry.whole(cell.get(), least) : OptionalInt.empty();
      return value.orElse(1);
    }

    private TensorShape shape(OperatorField field) {
      Optional<Cell> cell = cell(field);
      if (cell.isPresent()) {
        try {
          return TensorShape.parse(cell.get().text());
        } catch (IllegalArgumentException e) {
          entry.wrong(cell.get(), "HxWxC, as in 14x14x96");
        }
      }
      return new TensorShape(1, 1, 1);
    }

    <E extends Enum<E>> Optional<E> constant(OperatorField field, Class<E> type) {
      return cell(field).flatMap(cell -> constant(cell, type));
    }

    private <E extends Enum<E>> Optional<E> constant(Cell cell, Class<E> type) {
      E[] constants = type.getEnumConstants();
      Optional<E> constant =
          Arrays.stream(constants).filter(c -> Readings.word(c).equals(cell.text())).findFirst();
      if (constant.isEmpty()) {
        entry.wrong(
            cell,
            "one of "
                + String.join(", ", Arrays.stream(constants).map(Readings::word).toList())
                + "; or say what it stands for under values");
      }
      return constant;
    }

    /** A field's text as the mapping translates it; empty where a problem was noted. */
    private Optional<Cell> cell(OperatorField field) {
      Source source = sources.get(field);
      if (source instanceof Source.Constant constant) {
        return Optional.of(new Cell("constant " + field.word(), constant.text(), row.line()));
      }
      if (source instanceof Source.Column column) {
        return translated(field, row.cell(column.name()));
      }
      if (lacking.add(rule + '\n' + field.word())) {
        entry.problem(
            "the mapping has no column and no constant for %s%s"
                .formatted(
                    field.word(), rule.isEmpty() ? "" : ", which rows of " + rule + " need"));
      } else {
        entry.refuse();
      }
      return Optional.empty();
    }

    private Optional<Cell> translated(OperatorField field, Cell cell) {
      Map<String, String> meanings = mapping.values().get(field);
      if (meanings == null) {
        return Optional.of(cell);
      }
      String meaning = meanings.get(cell.text());
      if (meaning == null) {
        entry.wrong(
            cell, "among the values of the mapping: " + String.join(", ", meanings.keySet()));
        return Optional.empty();
      }
      return Optional.of(new Cell(cell.name(), meaning, cell.line()));
    }
  }
}
