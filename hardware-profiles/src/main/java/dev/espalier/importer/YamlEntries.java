package dev.espalier.importer;

import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * A file of YAML with one object: the members are entries, and each is an object of single values.
 * Only nodes are made of it, so that nothing in it is run and every value keeps its line.
 */
final class YamlEntries {
  private final SourceFile file;
  private final Readings readings;

  /**
   * One entry.
   *
   * @param key as written
   * @param values exactly those that were asked for
   */
  record Keyed(String key, Map<String, Cell> values) {}

  private YamlEntries(SourceFile file, Readings readings) {
    this.file = file;
    this.readings = readings;
  }

  /**
   * Calls {@code each} for every entry of which all values are there.
   *
   * @param values the values that an entry has, and no other
   */
  static void read(
      SourceFile file, Readings readings, List<String> values, BiConsumer<Entry, Keyed> each) {
    new YamlEntries(file, readings).read(values, each);
  }

  private void read(List<String> values, BiConsumer<Entry, Keyed> each) {
    Node root;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(Integer.MAX_VALUE);
      root = new Yaml(new SafeConstructor(options)).compose(new StringReader(file.text()));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      readings.problem(file, line, "this is not YAML: " + e.getProblem());
      return;
    } catch (ReaderException e) {
      readings.problem(
          file,
          lineOf(e.getPosition()),
          "this is not YAML: it holds a character that YAML forbids");
      return;
    } catch (YAMLException e) {
      readings.problem(file, 1, "this is not YAML: " + e.getMessage());
      return;
    }
    if (!(root instanceof MappingNode mapping)) {
      readings.problem(
          file,
          root == null ? 1 : line(root),
          root == null ? "the file is empty" : "entries 'key: {mean: ...}' are needed");
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      Entry entry = readings.entry(file, line(tuple.getKeyNode()));
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        entry.problem("the key of an entry is needed, not a list or an object");
      } else if (!(tuple.getValueNode() instanceof MappingNode members)) {
        entry.problem("'%s' needs %s".formatted(key.getValue(), String.join(", ", values)));
      } else {
        Map<String, Cell> found = values(entry, members, values);
        if (entry.sound()) {
          each.accept(entry, new Keyed(key.getValue(), found));
        }
      }
    }
  }

  private Map<String, Cell> values(Entry entry, MappingNode members, List<String> values) {
    Map<String, Cell> found = new LinkedHashMap<>();
    for (NodeTuple tuple : members.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode name
          && tuple.getValueNode() instanceof ScalarNode value) {
        Cell cell = new Cell(name.getValue(), value.getValue(), line(value));
        if (!values.contains(cell.name())) {
          entry.problem(
              "unknown key '%s'; an entry has %s"
                  .formatted(cell.name(), String.join(", ", values)));
        } else if (found.put(cell.name(), cell) != null) {
          entry.problem(cell.name() + " is given twice");
        }
      } else {
        entry.problem("an entry holds single values, not lists or objects");
      }
    }
    for (String value : values) {
      if (entry.sound() && !found.containsKey(value)) {
        entry.problem(value + " is missing");
      }
    }
    return found;
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private int lineOf(int codePoint) {
    return 1 + (int) file.text().codePoints().limit(codePoint).filter(c -> c == '\n').count();
  }
}
