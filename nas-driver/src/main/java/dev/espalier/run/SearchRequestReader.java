package dev.espalier.run;

import dev.espalier.deploy.Emitter;
import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Value;
import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.EngineOption;
import dev.espalier.search.EvolutionEngine;
import dev.espalier.search.OptionValues;
import dev.espalier.search.Quantity;
import dev.espalier.search.SearchEngine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads a {@link SearchRequest} from YAML.
 *
 * <pre>{@code
 * supernet: fashion-mnist
 * targets: [host-cpu, profiles/phones/*, {table: fleet.csv}]
 * budgets:
 *   - {latency: 150us}
 *   - {latency: 200us, macs: 2M}
 *   - {latency: 200us, peak-memory: 320KiB, weight-memory: 1MB}
 *   - {grid: 20, of: latency}
 * evaluate: {most: 200, per-round: 20, patience: 2, measurements: hdfs:/espalier/measurements}
 * engine: {kind: evolution, population: 128, generations: 40, mutation: 0.1, start: exact}
 * seed: 1
 * candidates-per-budget: 3
 * formats: [onnx, tflite-int8]
 * patches: forbidden
 * partitions: 4
 * output: runs/first
 * }</pre>
 *
 * <p>{@code supernet}, {@code targets} and {@code budgets} are required; in place of {@code
 * supernet}, {@code predictor} names the folder of a stored predictor, and then architectures are
 * searched in its space and no model is made. A target is the name of a profile, the path of a
 * profile's folder or of a folder of profiles, a pattern of such paths, or a {@linkplain
 * TargetTable table} of targets. {@code budgets: 4} asks for four latency budgets between the least
 * and the greatest latency of each target, as {@code {grid: 4, of: latency}} does, which may stand
 * beside other budgets. {@code engine} is one that {@link SearchEngine#all()} lists, by name or
 * with some of its options. {@code formats} lists the formats that models are written in beside
 * float32 ONNX; without it every target gets those of its class of device. {@code patches:
 * forbidden} keeps emitted C on whole maps; by default its first kernels run patch by patch where
 * the memory of the target demands it. Unknown keys, repeated keys, amounts without a unit and
 * values out of range are problems; all of them are reported together, each with its line.
 */
public final class SearchRequestReader {
  private static final int DEFAULT_CANDIDATES_PER_BUDGET = 3;
  private static final int MOST_BUDGETS = 100;
  private static final int MOST_EVALUATIONS = 1_000_000;

  /** The key of a budget that is many. */
  private static final String GRID = "grid";

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
    Supplier<SearchRequest> request = within(fields);
    fields.finish();
    return request.get();
  }

  /**
   * Reads a request that is an object of a larger document.
   *
   * @param fields the object; what is wrong with it is noted there
   * @return makes the request, once the document was {@linkplain Fields#finish finished}
   */
  public static Supplier<SearchRequest> within(Fields fields) {
    Optional<SourceRequest> source = source(fields);
    List<TargetRequest> targets =
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
            .orElseGet(() -> engine(new EvolutionEngine(), Optional.empty()));
    Optional<EvaluationRequest> evaluation =
        fields.optionalValue("evaluate").flatMap(v -> evaluation(v));
    if (evaluation.isPresent() && source.orElse(null) instanceof SourceRequest.Predictor) {
      fields.problem(
          "evaluate",
          "a predictor alone has no subnets to evaluate; give a supernet, or leave it out");
    }
    long seed = fields.optionalInteger("seed", 0, Long.MAX_VALUE).orElse(1);
    int candidates =
        fields.optionalCount("candidates-per-budget", 1, 100).orElse(DEFAULT_CANDIDATES_PER_BUDGET);
    List<String> formats = fields.optionalValue("formats").map(v -> formats(v)).orElse(List.of());
    PatchRule patches =
        fields
            .optionalValue("patches")
            .flatMap(v -> v.oneOf(PatchRule.labels()))
            .map(PatchRule::of)
            .orElse(PatchRule.ALLOWED);
    OptionalInt partitions = fields.optionalCount("partitions", 1, 100_000);
    Optional<String> output = fields.optionalText("output");
    return () ->
        new SearchRequest(
            source.orElseThrow(),
            targets,
            budgets.orElseThrow(),
            evaluation,
            engine,
            seed,
            candidates,
            formats,
            patches,
            partitions,
            output);
  }

  private static Optional<EvaluationRequest> evaluation(Value value) {
    if (value.isSingle()) {
      return value
          .integer(EvaluationRequest.LEAST_PER_ROUND, MOST_EVALUATIONS)
          .map(
              most ->
                  new EvaluationRequest(
                      Math.toIntExact(most),
                      Math.min(Math.toIntExact(most), EvaluationRequest.DEFAULT_PER_ROUND),
                      EvaluationRequest.DEFAULT_PATIENCE_ROUNDS,
                      Optional.empty()));
    }
    Optional<Fields> fields = value.object("an evaluation, as in 200 or {most: 200}");
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    Fields given = fields.get();
    OptionalInt most =
        given.optionalCount("most", EvaluationRequest.LEAST_PER_ROUND, MOST_EVALUATIONS);
    OptionalInt perRound =
        given.optionalCount("per-round", EvaluationRequest.LEAST_PER_ROUND, MOST_EVALUATIONS);
    int patience =
        given.optionalCount("patience", 1, 1000).orElse(EvaluationRequest.DEFAULT_PATIENCE_ROUNDS);
    Optional<String> measurements = given.optionalText("measurements");
    if (given.optionalValue("most").isEmpty()) {
      value.problem("most is missing: how many subnets to evaluate at most, as in {most: 200}");
    }
    if (most.isEmpty()) {
      return Optional.empty();
    }
    if (perRound.orElse(0) > most.getAsInt()) {
      value.problem(
          "per-round is %d, more than most, which is %d; lower it, or raise most"
              .formatted(perRound.getAsInt(), most.getAsInt()));
      return Optional.empty();
    }
    return Optional.of(
        new EvaluationRequest(
            most.getAsInt(),
            perRound.orElse(Math.min(most.getAsInt(), EvaluationRequest.DEFAULT_PER_ROUND)),
            patience,
            measurements));
  }

  private static List<String> formats(Value value) {
    List<String> known = Emitter.all().stream().map(Emitter::format).toList();
    List<String> formats = new ArrayList<>();
    for (Value element : value.elements()) {
      Optional<String> format = element.oneOf(known);
      if (format.isPresent() && formats.contains(format.get())) {
        element.problem(format.get() + " is listed twice");
      }
      format.ifPresent(formats::add);
    }
    return formats;
  }

  private static Optional<SourceRequest> source(Fields fields) {
    Optional<String> supernet = fields.optionalText("supernet");
    Optional<String> predictor = fields.optionalText("predictor");
    if (supernet.isPresent() && predictor.isPresent()) {
      fields.problem(
          "predictor",
          "supernet is given too, which has predictors of its own; one of the two is allowed");
    }
    if (fields.optionalValue("supernet").isEmpty() && fields.optionalValue("predictor").isEmpty()) {
      fields.problem(
          "supernet", "missing; a supernet, or instead of it the folder of a predictor, is needed");
    }
    return supernet
        .<SourceRequest>map(SourceRequest.Supernet::new)
        .or(() -> predictor.map(SourceRequest.Predictor::new));
  }

  private static List<TargetRequest> targets(Value value) {
    List<TargetRequest> targets = new ArrayList<>();
    for (Value element : value.elements()) {
      Optional<TargetRequest> target =
          element.isSingle()
              ? element.text().map(TargetRequest::of)
              : element
                  .object(
                      "a target, as in pixel4, profiles/pixel4, profiles/* or {table: FILE.csv}")
                  .flatMap(f -> f.value("table", "the path of a CSV file"))
                  .flatMap(Value::text)
                  .map(TargetRequest.Table::new);
      if (target.isPresent() && targets.contains(target.get())) {
        element.problem(target.get().written() + " is listed twice");
      }
      target.ifPresent(targets::add);
    }
    return targets;
  }

  private static Optional<BudgetRequest> budgets(Value value) {
    if (value.isSingle()) {
      return value
          .integer(1, MOST_BUDGETS)
          .map(count -> new BudgetRequest.Grid(Math.toIntExact(count), Quantity.LATENCY));
    }
    List<BudgetRequest> parts = new ArrayList<>();
    List<Budget> listed = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Value element : value.elements()) {
      String limits = String.join(", ", Amounts.keys());
      Optional<Fields> fields =
          element.object("a budget, as in {latency: 150us}; it can limit " + limits);
      if (fields.isPresent() && fields.get().optionalValue(GRID).isPresent()) {
        grid(fields.get()).ifPresent(parts::add);
        continue;
      }
      Optional<Budget> budget = budget(element, fields, limits);
      if (budget.isPresent() && !names.add(budget.get().name())) {
        element.problem(budget.get().name() + " is listed twice");
      }
      budget.ifPresent(listed::add);
    }
    if (!listed.isEmpty()) {
      parts.add(0, new BudgetRequest.Listed(listed));
    }
    return parts.size() < 2
        ? parts.stream().findFirst()
        : Optional.of(new BudgetRequest.Several(parts));
  }

  private static Optional<BudgetRequest> grid(Fields fields) {
    Optional<Long> count = fields.optionalValue(GRID).flatMap(v -> v.integer(1, MOST_BUDGETS));
    List<String> quantities = BudgetRequest.GRIDS.stream().map(Quantity::label).toList();
    Optional<Quantity> of =
        fields
            .oneOf("of", quantities)
            .map(label -> BudgetRequest.GRIDS.get(quantities.indexOf(label)));
    return count.flatMap(
        n -> of.map(quantity -> new BudgetRequest.Grid(Math.toIntExact(n), quantity)));
  }

  private static Optional<Budget> budget(Value value, Optional<Fields> fields, String limits) {
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
    List<String> kinds = SearchEngine.all().stream().map(SearchEngine::name).toList();
    if (value.isSingle()) {
      return value.oneOf(kinds).map(kind -> engine(SearchEngine.named(kind), Optional.empty()));
    }
    Optional<Fields> fields = value.object("an engine, as in exact or {kind: exact}");
    Optional<String> kind = fields.flatMap(f -> f.oneOf("kind", kinds));
    if (kind.isEmpty()) {
      fields.ifPresent(Fields::ignoreRest);
    }
    return kind.map(k -> engine(SearchEngine.named(k), fields));
  }

  private static EngineRequest engine(SearchEngine engine, Optional<Fields> given) {
    OptionValues.Builder values = OptionValues.builder(engine.options());
    for (EngineOption option : engine.options()) {
      given
          .flatMap(f -> f.optionalValue(option.name()))
          .ifPresent(value -> read(option, value, values));
    }
    return new EngineRequest(engine.name(), values.build());
  }

  private static void read(EngineOption option, Value value, OptionValues.Builder values) {
    String name = option.name();
    if (option instanceof EngineOption.Whole whole) {
      value
          .integer(whole.least(), whole.most())
          .ifPresent(number -> values.whole(name, Math.toIntExact(number)));
    } else if (option instanceof EngineOption.Share) {
      value.share().ifPresent(share -> values.share(name, share));
    } else if (option instanceof EngineOption.Choice choice) {
      value.oneOf(choice.words()).ifPresent(word -> values.word(name, word));
    }
  }
}
