package dev.espalier.profile;

import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much of a search space a table has entries for. An architecture can be costed where all its
 * operators are covered, so a resolution can be searched where it is complete.
 *
 * @param whole all distinct operators of the space
 * @param parts the operators of each part of the network (a stage, the stem, the head's pieces),
 *     from input to output; an operator that two parts share counts in both
 * @param resolutions the operators of the architectures of each resolution, ascending; empty where
 *     the space has no decision of that name
 */
public record Coverage(Part whole, List<Part> parts, List<Part> resolutions) {
  private static final String RESOLUTION = "resolution";

  /**
   * Some operators of a space.
   *
   * @param name of what they make up
   * @param operators number of distinct ones
   * @param missing those that the table lacks, in the space's order
   */
  public record Part(String name, int operators, List<Operator> missing) {
    public Part {
      missing = List.copyOf(missing);
    }

    /** Number of operators that the table has. */
    public int covered() {
      return operators - missing.size();
    }

    /** Whether the table has them all. */
    public boolean complete() {
      return missing.isEmpty();
    }
  }

  public Coverage {
    parts = List.copyOf(parts);
    resolutions = List.copyOf(resolutions);
  }

  /**
   * Looks up every operator that the space can lower to.
   *
   * <p>Cost: one lowering for each combination of options in the scope of a slot.
   *
   * @param precision in which the operators are looked up
   */
  public static Coverage of(SearchSpace space, LatencyTable table, Precision precision) {
    int resolution = resolutionDecision(space);
    List<String> labels = resolution < 0 ? List.of() : space.decisions().get(resolution).options();
    Set<Operator> all = new LinkedHashSet<>();
    Map<String, Set<Operator>> parts = new LinkedHashMap<>();
    List<Set<Operator>> byResolution = new ArrayList<>();
    labels.forEach(label -> byResolution.add(new LinkedHashSet<>()));
    for (int slot = 0; slot < space.slots().size(); slot++) {
      int current = slot;
      Set<Operator> part = parts.computeIfAbsent(part(space, slot), name -> new LinkedHashSet<>());
      boolean resolved = space.slots().get(slot).scope().contains(resolution);
      space.forEachCode(
          slot,
          code -> {
            List<Operator> operators =
                space.operators(current, code).stream()
                    .map(o -> o.withPrecision(precision))
                    .toList();
            all.addAll(operators);
            part.addAll(operators);
            if (resolved) {
              byResolution.get(code[resolution]).addAll(operators);
            } else {
              byResolution.forEach(each -> each.addAll(operators));
            }
          });
    }
    List<Part> resolutions = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      resolutions.add(part(labels.get(i), byResolution.get(i), table));
    }
    return new Coverage(
        part("all", all, table),
        parts.entrySet().stream().map(e -> part(e.getKey(), e.getValue(), table)).toList(),
        resolutions);
  }

  /**
   * The distinct operators of each part of a network, from input to output; an operator that two
   * parts share is in both.
   *
   * @param precision of the operators
   */
  public static Map<String, Set<Operator>> operators(SearchSpace space, Precision precision) {
    Map<String, Set<Operator>> parts = new LinkedHashMap<>();
    for (int slot = 0; slot < space.slots().size(); slot++) {
      int current = slot;
      Set<Operator> part = parts.computeIfAbsent(part(space, slot), name -> new LinkedHashSet<>());
      space.forEachCode(
          slot,
          code ->
              space.operators(current, code).forEach(o -> part.add(o.withPrecision(precision))));
    }
    return parts;
  }

  private static Part part(String name, Set<Operator> operators, LatencyTable table) {
    return new Part(name, operators.size(), table.missing(operators));
  }

  /** The first word of a slot's name: {@code stage2} of {@code stage2.block1}. */
  private static String part(SearchSpace space, int slot) {
    return space.slots().get(slot).name().split("\\.", 2)[0];
  }

  private static int resolutionDecision(SearchSpace space) {
    return space.decisions().stream().map(Decision::name).toList().indexOf(RESOLUTION);
  }
}
