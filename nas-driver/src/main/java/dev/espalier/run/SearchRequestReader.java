package dev.espalier.run;

import dev.espalier.run.StrictYaml.Entry;
import dev.espalier.run.StrictYaml.Fields;
import dev.espalier.run.StrictYaml.Problems;
import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads a {@link SearchRequest} from YAML.
 *
 * <pre>{@code
 * supernet: fashion-mnist
 * targets: [host-cpu]
 * budgets:
 *   - {latency: 150us}
 *   - {latency: 200us, macs: 2M}
 * engine: {kind: evolution, population: 128, generations: 40, mutation: 0.1, start: exact}
 * seed: 1
 * candidates-per-budget: 3
 * partitions: 4
 * output: runs/first
 * }</pre>
 *
 * <p>{@code supernet}, {@code targets} and {@code budgets} are required; {@code budgets: 4} asks
 * for four latency budgets spread over what each target's subnets can do. Unknown keys, repeated
 * keys, amounts without a unit and values out of range are problems; all of them are reported
 * together, each with its line.
 */
public final class SearchRequestReader {
  private static final List<String> KEYS =
      List.of(
          "supernet",
          "targets",
          "budgets",
          "engine",
          "seed",
          "candidates-per-budget",
          "partitions",
          "output");
  private static final List<String> RANDOM_KEYS = List.of("kind", "evaluations");
  private static final List<String> EVOLUTION_KEYS =
      List.of("kind", "population", "generations", "mutation", "start");
  private static final List<String> EXACT_KEYS = List.of("kind");
  private static final List<String> ENGINES = List.of("random", "evolution", "exact");

  private static final int DEFAULT_EVALUATIONS = 5000;
  private static final int DEFAULT_POPULATION = 128;
  private static final int DEFAULT_GENERATIONS = 40;
  private static final double DEFAULT_MUTATION = 0.1;
  private static final int DEFAULT_CANDIDATES_PER_BUDGET = 3;
  private static final int MOST_BUDGETS = 100;
  private static final int MOST = 10_000_000;

  private SearchRequestReader() {}

  /**
   * Reads a request.
   *
   * @param source what messages call it: a file name
   * @throws InvalidRequestException with every problem
   */
  public static SearchRequest read(String source, String yaml) {
    Problems problems = new Problems(source);
    Fields fields = StrictYaml.root(yaml, problems).fields("the request", KEYS);
    Optional<String> supernet = fields.required("supernet").flatMap(e -> e.text("supernet"));
    List<String> targets = fields.required("targets").map(e -> targets(e)).orElse(List.of());
    Optional<BudgetRequest> budgets = fields.required("budgets").flatMap(e -> budgets(e));
    Optional<EngineRequest> engine =
        fields.optional("engine").map(e -> engine(e)).orElse(Optional.of(evolution()));
    long seed = fields.optional("seed").flatMap(e -> e.whole("seed", 0, Long.MAX_VALUE)).orElse(1L);
    int candidates =
        whole(fields, "candidates-per-budget", 1, 100).orElse(DEFAULT_CANDIDATES_PER_BUDGET);
    OptionalInt partitions =
        whole(fields, "partitions", 1, 100_000).map(OptionalInt::of).orElse(OptionalInt.empty());
    Optional<String> output = fields.optional("output").flatMap(e -> e.text("output"));
    problems.throwIfAny();
    return new SearchRequest(
        supernet.orElseThrow(),
        targets,
        budgets.orElseThrow(),
        engine.orElseThrow(),
        seed,
        candidates,
        partitions,
        output);
  }

  private static EngineRequest.Evolution evolution() {
    return new EngineRequest.Evolution(
        DEFAULT_POPULATION, DEFAULT_GENERATIONS, DEFAULT_MUTATION, EngineRequest.Start.EXACT);
  }

  private static Optional<Integer> whole(Fields fields, String key, int least, int most) {
    return fields.optional(key).flatMap(e -> e.whole(key, least, most)).map(Math::toIntExact);
  }

  private static List<String> targets(Entry entry) {
    List<String> targets = new ArrayList<>();
    for (Entry target : entry.list("targets")) {
      Optional<String> name = target.text("targets");
      if (name.isPresent() && targets.contains(name.get())) {
        target.problem("targets: " + name.get() + " is listed twice");
      }
      name.ifPresent(targets::add);
    }
    return targets;
  }

  private static Optional<BudgetRequest> budgets(Entry entry) {
    if (entry.isText()) {
      return entry
          .whole("budgets", 1, MOST_BUDGETS)
          .map(count -> new BudgetRequest.Spread(Math.toIntExact(count)));
    }
    List<Budget> budgets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Entry element : entry.list("budgets")) {
      Optional<Budget> budget = budget(element);
      if (budget.isPresent() && !names.add(budget.get().name())) {
        element.problem("budgets: " + budget.get().name() + " is listed twice");
      }
      budget.ifPresent(budgets::add);
    }
    return budgets.isEmpty() ? Optional.empty() : Optional.of(new BudgetRequest.Listed(budgets));
  }

  private static Optional<Budget> budget(Entry entry) {
    Fields fields = entry.fields("a budget", Amounts.keys());
    List<Constraint> limits = new ArrayList<>();
    for (Quantity quantity : Quantity.values()) {
      Optional<Entry> amount = fields.optional(quantity.label());
      Optional<String> text = amount.flatMap(e -> e.text(quantity.label()));
      if (text.isPresent()) {
        try {
          limits.add(new Constraint(quantity, Amounts.parse(quantity, text.get())));
        } catch (IllegalArgumentException e) {
          amount.get().problem(e.getMessage());
        }
      }
    }
    if (limits.isEmpty()) {
      if (entry.isEmptyMapping()) {
        entry.problem("a budget limits nothing; it can limit " + Amounts.keys());
      }
      return Optional.empty();
    }
    return Optional.of(Amounts.budget(limits));
  }

  private static Optional<EngineRequest> engine(Entry entry) {
    if (!entry.isMapping()) {
      return entry.text("engine").flatMap(kind -> engine(kind, new Fields(Map.of(), entry), entry));
    }
    // The kind decides which keys are known, so it is looked up before they are checked.
    Set<String> any = new LinkedHashSet<>(EVOLUTION_KEYS);
    any.addAll(RANDOM_KEYS);
    Problems ignored = new Problems("engine");
    Optional<Entry> kind = new Entry(entry.node(), ignored).fields("engine", any).optional("kind");
    if (kind.isEmpty()) {
      entry.problem("engine: 'kind' is missing; it is one of " + ENGINES);
      return Optional.empty();
    }
    Entry kindEntry = new Entry(kind.get().node(), entry.problems());
    return kindEntry
        .text("engine.kind")
        .flatMap(
            name -> {
              List<String> known =
                  switch (name) {
                    case "random" -> RANDOM_KEYS;
                    case "evolution" -> EVOLUTION_KEYS;
                    case "exact" -> EXACT_KEYS;
                    default -> List.copyOf(any);
                  };
              return engine(name, entry.fields("engine " + name, known), kindEntry);
            });
  }

  private static Optional<EngineRequest> engine(String kind, Fields fields, Entry place) {
    switch (kind) {
      case "random":
        return Optional.of(
            new EngineRequest.Random(
                whole(fields, "evaluations", 1, MOST).orElse(DEFAULT_EVALUATIONS)));
      case "evolution":
        return Optional.of(
            new EngineRequest.Evolution(
                whole(fields, "population", 4, MOST).orElse(DEFAULT_POPULATION),
                whole(fields, "generations", 1, MOST).orElse(DEFAULT_GENERATIONS),
                fields
                    .optional("mutation")
                    .flatMap(e -> e.share("mutation"))
                    .orElse(DEFAULT_MUTATION),
                fields
                    .optional("start")
                    .flatMap(SearchRequestReader::start)
                    .orElse(EngineRequest.Start.EXACT)));
      case "exact":
        return Optional.of(new EngineRequest.Exact());
      default:
        place.problem(
            "engine '%s' is unknown%s; engines: %s"
                .formatted(kind, StrictYaml.suggestion(kind, ENGINES), String.join(", ", ENGINES)));
        return Optional.empty();
    }
  }

  private static Optional<EngineRequest.Start> start(Entry entry) {
    Optional<String> text = entry.text("start");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    switch (text.get()) {
      case "random":
        return Optional.of(EngineRequest.Start.RANDOM);
      case "exact":
        return Optional.of(EngineRequest.Start.EXACT);
      default:
        entry.problem("start: '" + text.get() + "' is not random or exact");
        return Optional.empty();
    }
  }
}
