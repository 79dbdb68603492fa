package dev.espalier.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.artefact.Json;
import dev.espalier.deploy.DeploymentCard.ModelFile;
import dev.espalier.document.Fields;
import dev.espalier.report.Answer.Candidate;
import dev.espalier.report.RunChanges.Change;
import dev.espalier.report.RunRecord.Profile;
import dev.espalier.search.Quantity;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The data of a report as JSON, compact enough for a thousand targets of twenty budgets: columns in
 * place of rows, what is shared among targets once, latencies to five digits, accuracies to a
 * thousandth of a point, architectures as {@link PackedCodes}.
 *
 * <p>A front is thinned ({@link FrontPoints#thinned}) to {@value #MOST_POINTS} points, and to
 * fewer, as many for each target, where the page would be larger than {@value #MOST_BYTES} bytes;
 * {@value #LEAST_POINTS} are always kept. Costs per block are left out where even then it would be.
 */
final class ReportData {
  /** Of the data; script, style and library take a tenth of a million more. */
  static final int MOST_BYTES = 4_850_000;

  static final int MOST_POINTS = 300;
  static final int LEAST_POINTS = 12;

  /** Changed answers that are listed; all are counted. */
  static final int MOST_CHANGES = 400;

  private static final int LATENCY_DIGITS = 5;
  private static final int BLOCK_DIGITS = 4;
  private static final double ACCURACY_STEPS = 1e5;

  /** Answers up to which architectures are also given in their readable form. */
  private static final int MOST_TEXTS = 2000;

  private static final Pattern LATENCY_LIMIT =
      Pattern.compile(Quantity.LATENCY.label() + " ≤ ([0-9.]+) " + Quantity.LATENCY.unit());

  private final FinishedRun run;
  private final Map<String, FrontPoints> fronts;
  private final Map<String, Map<String, Map<Integer, Double>>> blocks;
  private final Optional<Earlier> earlier;
  private final Optional<RunChanges> changes;
  private final Map<String, Long> changed;
  private final int answers;

  /**
   * An earlier run.
   *
   * @param named whether it was named, or found in the folder of this one
   */
  record Earlier(FinishedRun run, Found named) {}

  /** How an earlier run was found. */
  enum Found {
    NAMED,
    BESIDE
  }

  /**
   * Takes what a report shows.
   *
   * @param fronts by target
   * @param blocks see {@link RunFolder#blocks}
   */
  ReportData(
      FinishedRun run,
      Map<String, FrontPoints> fronts,
      Map<String, Map<String, Map<Integer, Double>>> blocks,
      Optional<Earlier> earlier) {
    this.run = run;
    this.fronts = Map.copyOf(fronts);
    this.blocks = Map.copyOf(blocks);
    this.earlier = earlier;
    this.changes = earlier.map(e -> RunChanges.between(e.run(), run));
    this.changed =
        changes.map(RunChanges::answers).stream()
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(Change::target, Collectors.counting()));
    this.answers = run.targets().values().stream().mapToInt(List::size).sum();
  }

  /** As JSON on one line; equal runs give equal text but for times and measured latencies. */
  String json() {
    int points = MOST_POINTS;
    Shape shape = Shape.WITH_BLOCKS;
    while (true) {
      String json = new Writing(points, shape).json();
      int bytes = json.getBytes(UTF_8).length;
      if (bytes <= MOST_BYTES || (points == LEAST_POINTS && shape == Shape.WITHOUT_BLOCKS)) {
        return json;
      }
      if (points == LEAST_POINTS) {
        shape = Shape.WITHOUT_BLOCKS;
      } else {
        // What is too much, shared among the points: nearly always right the first time.
        int shown = shown(points);
        double excess = (bytes - 0.99 * MOST_BYTES) / bytesOfPoint();
        points = (int) (points * Math.max(0, Math.min(0.95, (shown - excess) / shown)));
        points = Math.max(LEAST_POINTS, points);
      }
    }
  }

  private int shown(int points) {
    return fronts.values().stream().mapToInt(f -> Math.min(points, f.size())).sum();
  }

  /** A latency, an accuracy, two commas and a code. */
  private int bytesOfPoint() {
    return 13 + run.record().space().map(s -> new PackedCodes(s).width()).orElse(0);
  }

  private enum Shape {
    WITH_BLOCKS,
    WITHOUT_BLOCKS
  }

  /** One writing, with tables of what is shared. */
  private final class Writing {
    private final int points;
    private final Shape shape;
    private final Optional<SearchSpace> space = run.record().space();
    private final Optional<LoweredSpace> lowered = space.map(LoweredSpace::new);
    private final Optional<PackedCodes> packing = space.map(PackedCodes::new);
    private final Map<String, Integer> words = new LinkedHashMap<>();
    private final Map<ModelFile, Integer> files = new LinkedHashMap<>();
    private final Map<String, Integer> texts = new LinkedHashMap<>();
    private boolean thinned;

    Writing(int points, Shape shape) {
      this.points = points;
      this.shape = shape;
    }

    String json() {
      List<Object> targets = new ArrayList<>();
      run.targets().forEach((name, answers) -> targets.add(target(name, answers)));
      Map<String, Object> tree = new TreeMap<>();
      tree.put("run", about());
      tree.put("targets", targets);
      tree.put("failed", run.record().failed());
      tree.put("words", List.copyOf(words.keySet()));
      tree.put("texts", List.copyOf(texts.keySet()));
      tree.put("files", files.keySet().stream().map(Writing::file).toList());
      lowered.ifPresent(l -> tree.put("space", l.tree()));
      tree.put("codeWidth", packing.map(PackedCodes::width).orElse(0));
      earlier.ifPresent(e -> tree.put("changes", changes(e, changes.orElseThrow())));
      // No text outside strings holds one, so that none is left to end the script element by.
      return Json.tree(tree).toString().replace("<", "\\u003c");
    }

    private Map<String, Object> about() {
      RunRecord record = run.record();
      Map<String, Object> about = new TreeMap<>();
      about.put("name", run.name());
      about.put("began", run.timings().began());
      about.put("host", run.timings().host());
      about.put("conditions", run.timings().conditions());
      about.put("digest", record.digest());
      about.put("seed", record.seed());
      about.put("source", record.source());
      about.put("testImages", record.testImages());
      about.put("engine", record.engine());
      about.put("settings", record.settings());
      about.put("proven", record.proven());
      about.put("stopped", record.stopped());
      about.put("evaluations", record.evaluations());
      about.put("predictor", record.predictorKind());
      about.put("quality", record.predictorQuality());
      about.put("versions", record.versions());
      about.put("points", thinned ? points : 0);
      about.put("blocks", blocks.isEmpty() ? "none" : shape == Shape.WITH_BLOCKS ? "all" : "cut");
      return about;
    }

    private Map<String, Object> target(String name, List<Answer> answers) {
      Map<String, Object> target = new TreeMap<>();
      target.put("name", name);
      Profile profile = run.record().profiles().get(name);
      if (profile != null) {
        target.put("profile", profile.name());
        target.put("digest", profile.digest());
        target.put("device", word(profile.device()));
        target.put("class", word(profile.deviceClass()));
        target.put("runtime", word(profile.runtime()));
        target.put("precision", word(profile.precision()));
        target.put("claim", word(profile.claim()));
        target.put("provenance", word(profile.provenance()));
        target.put("origins", profile.origins());
      }
      List<String> limits = run.record().limits().getOrDefault(name, List.of());
      if (!limits.isEmpty()) {
        target.put("limits", limits);
      }
      if (changed.containsKey(name)) {
        target.put("changed", changed.get(name));
      }
      FrontPoints front = fronts.get(name);
      if (front != null) {
        target.put("front", front(front.thinned(points)));
      }
      target.put("answers", answers(answers));
      Map<String, Map<Integer, Double>> costs = blocks.getOrDefault(name, Map.of());
      // The page counts on the costs of every architecture that was chosen.
      boolean all =
          answers.stream().allMatch(a -> a.chosen().isEmpty() || costs.containsKey(a.budget()));
      if (shape == Shape.WITH_BLOCKS && space.isPresent() && all && !costs.isEmpty()) {
        target.put("blocks", blocks(answers, costs));
      }
      return target;
    }

    private Map<String, Object> front(FrontPoints front) {
      thinned |= front.size() < front.all();
      StringBuilder codes = new StringBuilder();
      for (String code : front.codes()) {
        codes.append(code(code));
      }
      return Map.of(
          "all", front.all(),
          "micros", front.latencyMicros().stream().map(v -> digits(v, LATENCY_DIGITS)).toList(),
          "accuracies", front.accuracies().stream().map(Writing::steps).toList(),
          "codes", codes.toString());
    }

    /** Packed, or where the space is not known in hexadecimal. */
    private String code(String hex) {
      Architecture architecture = Architecture.ofHex(hex);
      lowered.ifPresent(l -> l.add(architecture));
      return packing.map(p -> p.pack(architecture)).orElse(hex);
    }

    /** Columns, each as long as there are answers; those without any value are left out. */
    private Map<String, Object> answers(List<Answer> answers) {
      Map<String, Object> columns = new TreeMap<>();
      column(columns, "budget", answers, a -> Optional.of(a.budget()));
      column(columns, "kind", answers, a -> Optional.of(kind(a)));
      column(columns, "latencyLimit", answers, a -> latencyLimit(a));
      column(
          columns,
          "limits",
          answers,
          a ->
              latencyLimit(a).isPresent() && !a.limits().contains(",")
                  ? Optional.empty()
                  : Optional.of(word(a.limits())));
      chosen(columns, "code", answers, c -> Optional.of(code(c.code())));
      chosen(columns, "text", answers, c -> text(c.architecture()));
      chosen(
          columns, "micros", answers, c -> Optional.of(digits(c.latencyMicros(), LATENCY_DIGITS)));
      chosen(columns, "accuracy", answers, c -> Optional.of(steps(c.accuracy())));
      chosen(columns, "macs", answers, c -> Optional.of(c.macs()));
      chosen(columns, "parameters", answers, c -> Optional.of(c.parameters()));
      chosen(columns, "peak", answers, c -> number(c.peakBytes()));
      chosen(columns, "weights", answers, c -> number(c.weightBytes()));
      chosen(
          columns,
          "measuredAccuracy",
          answers,
          c ->
              c.measuredAccuracy().isPresent()
                  ? Optional.of(steps(c.measuredAccuracy().getAsDouble()))
                  : Optional.empty());
      column(columns, "measured", answers, Writing::measured);
      column(
          columns, "images", answers, a -> a.card().map(card -> card.measuredAccuracy().images()));
      column(
          columns,
          "files",
          answers,
          a ->
              a.card()
                  .map(
                      card ->
                          card.files().stream()
                              .map(f -> files.computeIfAbsent(f, none -> files.size()))
                              .toList()));
      column(columns, "refused", answers, Writing::refused);
      column(columns, "binding", answers, a -> a.binding().map(this::word));
      column(columns, "least", answers, a -> number(a.leastPossible()));
      return columns;
    }

    private void chosen(
        Map<String, Object> columns,
        String name,
        List<Answer> answers,
        Function<Candidate, Optional<?>> value) {
      column(columns, name, answers, a -> a.chosen().flatMap(value));
    }

    private void column(
        Map<String, Object> columns,
        String name,
        List<Answer> answers,
        Function<Answer, Optional<?>> value) {
      List<Object> cells = new ArrayList<>();
      answers.forEach(a -> cells.add(value.apply(a).orElse(null)));
      if (cells.stream().anyMatch(c -> c != null)) {
        columns.put(name, cells);
      }
    }

    /** Readable forms where there are few enough to afford them. */
    private Optional<Integer> text(String architecture) {
      return answers > MOST_TEXTS ? Optional.empty() : Optional.of(index(texts, architecture));
    }

    /** Median, quartile distance and number of samples of a measured latency. */
    private static Optional<List<Object>> measured(Answer answer) {
      return answer
          .card()
          .flatMap(card -> Optional.ofNullable(card.measuredLatency()))
          .map(
              m ->
                  List.of(
                      digits(m.medianMicros(), LATENCY_DIGITS),
                      digits(m.spreadMicros(), LATENCY_DIGITS),
                      m.samples()));
    }

    /** Rank, predicted latency and accuracy, measured latency if any, and reason of each. */
    private static Optional<List<Object>> refused(Answer answer) {
      List<Object> refused = new ArrayList<>();
      for (Candidate candidate : answer.candidates()) {
        candidate
            .reason()
            .ifPresent(
                reason -> {
                  List<Object> cells = new ArrayList<>();
                  cells.add(candidate.rank());
                  cells.add(digits(candidate.latencyMicros(), LATENCY_DIGITS));
                  cells.add(steps(candidate.accuracy()));
                  cells.add(
                      candidate.measuredMicros().isPresent()
                          ? digits(candidate.measuredMicros().getAsDouble(), LATENCY_DIGITS)
                          : null);
                  cells.add(reason);
                  refused.add(cells);
                });
      }
      return refused.isEmpty() ? Optional.empty() : Optional.of(refused);
    }

    private static Map<String, Object> file(ModelFile file) {
      Map<String, Object> tree = new TreeMap<>();
      tree.put("name", file.name());
      tree.put("format", file.format());
      tree.put("version", file.version());
      tree.put("bytes", file.bytes());
      tree.put("digest", file.digest());
      tree.put("peak", file.run().predictedPeakBytes());
      if (file.run().runner() != null) {
        tree.put("runner", file.run().runner().name() + " " + file.run().runner().version());
        tree.put("accuracy", steps(file.run().accuracy()));
        tree.put("images", file.run().images());
      } else {
        tree.put("unverified", file.run().unverified());
      }
      return tree;
    }

    /**
     * What is added once, then the costs of slots: those of the first answer in the order of slots,
     * then of each further answer those that are for options which no answer before it has there.
     */
    private List<Object> blocks(List<Answer> answers, Map<String, Map<Integer, Double>> ofBudgets) {
      List<Object> costs = new ArrayList<>();
      costs.add(0);
      Set<List<Long>> seen = new HashSet<>();
      for (Answer answer : answers) {
        if (answer.chosen().isEmpty()) {
          continue;
        }
        Map<Integer, Double> positions = ofBudgets.get(answer.budget());
        costs.set(0, digits(positions.getOrDefault(0, 0.0), BLOCK_DIGITS));
        Architecture architecture = Architecture.ofHex(answer.chosen().get().code());
        for (int slot = 0; slot < space.orElseThrow().slots().size(); slot++) {
          if (seen.add(List.of((long) slot, lowered.orElseThrow().key(slot, architecture)))) {
            costs.add(digits(positions.getOrDefault(slot + 1, 0.0), BLOCK_DIGITS));
          }
        }
      }
      return costs;
    }

    private Map<String, Object> changes(Earlier against, RunChanges changes) {
      List<Object> rows = new ArrayList<>();
      changes.answers().stream().limit(MOST_CHANGES).forEach(c -> rows.add(change(c)));
      Map<String, Object> counts = new TreeMap<>();
      changes.counts().forEach((kind, count) -> counts.put(lower(kind), count));
      Map<String, Object> tree = new TreeMap<>();
      tree.put("name", against.run().name());
      tree.put("began", against.run().timings().began());
      tree.put("digest", against.run().record().digest());
      tree.put("named", against.named() == Found.NAMED);
      tree.put("inputs", changes.inputs());
      tree.put("counts", counts);
      tree.put("same", changes.same());
      tree.put("answers", rows);
      return tree;
    }

    private Map<String, Object> change(Change change) {
      Map<String, Object> row = new TreeMap<>();
      row.put("target", change.target());
      row.put("budget", change.budget());
      row.put("kind", lower(change.kind()));
      change.was().ifPresent(answer -> row.put("was", side(answer)));
      change.now().ifPresent(answer -> row.put("now", side(answer)));
      return row;
    }

    private Map<String, Object> side(Answer answer) {
      Map<String, Object> side = new TreeMap<>();
      side.put("kind", kind(answer));
      side.put("budget", answer.budget());
      answer
          .chosen()
          .ifPresent(
              c -> {
                side.put("text", c.architecture());
                side.put("micros", digits(c.latencyMicros(), LATENCY_DIGITS));
                side.put("accuracy", steps(c.accuracy()));
                c.measuredAccuracy().ifPresent(a -> side.put("measuredAccuracy", steps(a)));
              });
      measured(answer).ifPresent(m -> side.put("measured", m));
      return side;
    }

    private int kind(Answer answer) {
      return word(lower(answer.kind()));
    }

    private static String lower(Enum<?> constant) {
      return Fields.word(constant);
    }

    private int word(String text) {
      return index(words, text);
    }

    private static int index(Map<String, Integer> table, String text) {
      return table.computeIfAbsent(text, none -> table.size());
    }

    private static Optional<Number> latencyLimit(Answer answer) {
      Matcher limit = LATENCY_LIMIT.matcher(answer.limits());
      return limit.find() ? Optional.of(new BigDecimal(limit.group(1))) : Optional.empty();
    }

    private static Optional<Number> number(OptionalLong value) {
      return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }

    private static Optional<Number> number(OptionalDouble value) {
      return value.isPresent() ? Optional.of(digits(value.getAsDouble(), 6)) : Optional.empty();
    }

    private static long steps(double fraction) {
      return Math.round(fraction * ACCURACY_STEPS);
    }

    /** Without an exponent, and whole where it is. */
    private static Number digits(double value, int digits) {
      BigDecimal rounded =
          new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
      return rounded.stripTrailingZeros().scale() <= 0
          ? (Number) rounded.longValue()
          : (Number) rounded.stripTrailingZeros();
    }
  }
}
