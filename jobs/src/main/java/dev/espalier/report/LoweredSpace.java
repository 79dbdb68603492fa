package dev.espalier.report;

import dev.espalier.document.Fields;
import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the architectures of a report lower to, shared among them: for each slot, operators by the
 * options in its scope as far as any of them has these, so that the page can draw every one without
 * knowing the space's family. Not thread-safe.
 */
final class LoweredSpace {
  private final SearchSpace space;
  private final Map<Operator, Integer> operators = new LinkedHashMap<>();
  private final Map<List<Integer>, Integer> lists = new LinkedHashMap<>();
  private final List<TreeMap<Long, Integer>> lowered = new ArrayList<>();

  LoweredSpace(SearchSpace space) {
    this.space = space;
    space.slots().forEach(slot -> lowered.add(new TreeMap<>()));
  }

  /** Notes what an architecture lowers to. */
  void add(Architecture architecture) {
    byte[] code = architecture.toBytes();
    for (int slot = 0; slot < lowered.size(); slot++) {
      TreeMap<Long, Integer> entries = lowered.get(slot);
      long key = key(slot, architecture);
      if (!entries.containsKey(key)) {
        List<Integer> list =
            space.operators(slot, code).stream()
                .map(operator -> operators.computeIfAbsent(operator, o -> operators.size()))
                .toList();
        entries.put(key, lists.computeIfAbsent(list, l -> lists.size()));
      }
    }
  }

  /** The options in a slot's scope as digits of a number in mixed radix, the last fastest. */
  long key(int slot, Architecture architecture) {
    long key = 0;
    for (int decision : space.slots().get(slot).scope()) {
      key = key * space.decisions().get(decision).options().size() + architecture.option(decision);
    }
    return key;
  }

  /**
   * As a tree for JSON. Of each slot, {@code lowered} alternates between keys and indices into
   * {@code lists}, which hold indices into {@code operators}.
   */
  Map<String, Object> tree() {
    List<Object> slots = new ArrayList<>();
    for (int slot = 0; slot < lowered.size(); slot++) {
      List<Object> entries = new ArrayList<>();
      lowered
          .get(slot)
          .forEach(
              (key, list) -> {
                entries.add(key);
                entries.add(list);
              });
      Slot place = space.slots().get(slot);
      slots.add(Map.of("name", place.name(), "scope", place.scope(), "lowered", entries));
    }
    return Map.of(
        "family",
        space.family(),
        "decisions",
        space.decisions().stream().map(d -> List.of(d.name(), d.options())).toList(),
        "slots",
        slots,
        "lists",
        List.copyOf(lists.keySet()),
        "operators",
        operators.keySet().stream().map(LoweredSpace::tree).toList());
  }

  /** Kind, input, output, kernel, stride, groups, middle, squeeze, activation, shortcut, MACs. */
  private static List<Object> tree(Operator operator) {
    return List.of(
        Fields.word(operator.kind()),
        tree(operator.input()),
        tree(operator.output()),
        operator.kernel(),
        operator.stride(),
        operator.groups(),
        operator.expansionChannels(),
        operator.squeezeChannels(),
        Fields.word(operator.activation()),
        Fields.word(operator.shortcut()),
        operator.macs());
  }

  private static List<Integer> tree(TensorShape shape) {
    return List.of(shape.height(), shape.width(), shape.channels());
  }
}
