package dev.espalier.run;

import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Value;
import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
    try {
      return read(Fields.of(source, yaml.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidDocumentException e) {
      throw new InvalidRequestException(source, e.problems(), e);
    }
  }

  private static SearchRequest read(Fields fields) {
    String supernet = fields.text("supernet");
    List<String> targets =
        fields
            .value("targets", "a profile, or a list of them,")
            .map(v -> targets(v))
            .orElse(List.of());
    Optional<BudgetRequest> budgets =
        fields.value("budgets", "a list of limits, or their number,").flatMap(v -> budgets(v));
    EngineRequest engine =
        fields
            .optionalValue("engine")
            .flatMap(v -> engine(v))
            .orElseGet(() -> engine("evolution", Optional.empty()));
    long seed = fields.optionalInteger("seed", 0, Long.MAX_VALUE).orElse(1);
    int candidates =
        fields.optionalCount("candidates-per-budget", 1, 100).orElse(DEFAULT_CANDIDATES_PER_BUDGET);
    OptionalInt partitions = fields.optionalCount("partitions", 1, 100_000);
    Optional<String> output = fields.optionalText("output");
    fields.finish();
    return new SearchRequest(
        supernet, targets, budgets.orElseThrow(), engine, seed, candidates, partitions, output);
  }

  private static List<String> targets(Value value) {
    List<String> targets = new ArrayList<>();
    for (Value target : value.elements()) {
      Optional<String> name = target.text();
      if (name.isPresent() && targets.contains(name.get())) {
        target.problem(name.get() + " is listed twice");
      }
      name.ifPresent(targets::add);
    }
    return targets;
  }

  private static Optional<BudgetRequest> budgets(Value value) {
    if (value.isSingle()) {
      return value
          .integer(1, MOST_BUDGETS)
          .map(count -> new BudgetRequest.Spread(Math.toIntExact(count)));
    }
    List<Budget> budgets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Value element : value.elements()) {
      Optional<Budget> budget = budget(element);
      if (budget.isPresent() && !names.add(budget.get().name())) {
        element.problem(budget.get().name() + " is listed twice");
      }
      budget.ifPresent(budgets::add);
    }
    return budgets.isEmpty() ? Optional.empty() : Optional.of(new BudgetRequest.Listed(budgets));
  }

  private static Optional<Budget> budget(Value value) {
    String limits = String.join(", ", Amounts.keys());
    Optional<Fields> fields =
        value.object("a budget, as in {latency: 150us}; it can limit " + limits);
    List<Constraint> constraints = new ArrayList<>();
    for (Quantity quantity : Quantity.values()) {
      fields
          .flatMap(f -> f.optionalValue(quantity.label()))
          .flatMap(v -> constraint(quantity, v))
          .ifPresent(constraints::add);
    }
    if (fields.isPresent() && fields.get().isEmpty()) {
      value.problem("a budget limits nothing; it can limit " + limits);
    }
    return constraints.isEmpty() ? Optional.empty() : Optional.of(Amounts.budget(constraints));
  }

  private static Optional<Constraint> constraint(Quantity quantity, Value value) {
    Optional<String> text = value.text();
    try {
      return text.map(t -> new Constraint(quantity, Amounts.parse(quantity, t)));
    } catch (IllegalArgumentException e) {
      value.problem(e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<EngineRequest> engine(Value value) {
    if (value.isSingle()) {
      return value.oneOf(ENGINES).map(kind -> engine(kind, Optional.empty()));
    }
    Optional<Fields> fields = value.object("an engine, as in exact or {kind: exact}");
    Optional<String> kind = fields.flatMap(f -> f.oneOf("kind", ENGINES));
    if (kind.isEmpty()) {
      fields.ifPresent(Fields::ignoreRest);
    }
    return kind.map(k -> engine(k, fields));
  }

  private static EngineRequest engine(String kind, Optional<Fields> given) {
    return switch (kind) {
      case "random" ->
          new EngineRequest.Random(whole(given, "evaluations", 1, DEFAULT_EVALUATIONS));
      case "evolution" ->
          new EngineRequest.Evolution(
              whole(given, "population", 4, DEFAULT_POPULATION),
              whole(given, "generations", 1, DEFAULT_GENERATIONS),
              given
                  .flatMap(f -> f.optionalValue("mutation"))
                  .flatMap(Value::share)
                  .orElse(DEFAULT_MUTATION),
              given
                  .flatMap(f -> f.optionalValue("start"))
                  .flatMap(v -> v.choice(EngineRequest.Start.class))
                  .orElse(EngineRequest.Start.EXACT));
      default -> new EngineRequest.Exact();
    };
  }

  private static int whole(Optional<Fields> given, String name, int least, int fallback) {
    return given
        .map(f -> f.optionalCount(name, least, MOST))
        .orElse(OptionalInt.empty())
        .orElse(fallback);
  }
}
