package dev.espalier.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.report.Answer.Candidate;
import dev.espalier.report.Answer.Kind;
import dev.espalier.report.FinishedRun.Timings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the folder of a published run. */
final class RunFolder {
  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

  private static final String RUN = "run.json";
  private static final String TIMINGS = "timings.json";
  private static final String BLOCKS = "blocks.parquet";

  /** Runs that a message names. */
  private static final int MOST_NAMES = 8;

  private final Storage storage;
  private final Path folder;

  /**
   * Takes a folder.
   *
   * @throws ArtefactException if it holds no run, naming those beside it
   */
  RunFolder(Storage storage, Path folder) {
    this.storage = storage;
    this.folder = storage.qualified(folder);
    if (!storage.exists(new Path(this.folder, RUN))) {
      List<String> others = others().stream().map(Path::getName).toList();
      throw new ArtefactException(
          "%s holds no run: there is no %s in it; give the folder of a finished search%s"
              .formatted(
                  folder,
                  RUN,
                  others.isEmpty()
                      ? ", as in runs/first"
                      : ", as one of these beside it: "
                          + others.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                          + (others.size() > MOST_NAMES
                              ? " and %d more".formatted(others.size() - MOST_NAMES)
                              : "")));
    }
  }

  Path path() {
    return folder;
  }

  /** The other runs in the folder that this one is in, by name. */
  private List<Path> others() {
    Path parent = folder.getParent();
    try {
      return parent == null
          ? List.of()
          : Arrays.stream(storage.fileSystem(parent).listStatus(parent))
              .filter(FileStatus::isDirectory)
              .map(FileStatus::getPath)
              .filter(p -> !p.getName().startsWith(".") && !p.equals(folder))
              .filter(p -> storage.exists(new Path(p, RUN)))
              .sorted()
              .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw ArtefactException.unreadable(parent, e);
    }
  }

  /**
   * The run before this one: of those in the same folder that drew from the same supernet or
   * predictor and have a target in common with it, the one that began last before it did. Damaged
   * ones are passed over.
   */
  Optional<FinishedRun> before() {
    Optional<Instant> began = timings().instant();
    if (began.isEmpty()) {
      return Optional.empty();
    }
    TreeMap<Instant, RunFolder> earlier = new TreeMap<>();
    for (Path other : others()) {
      RunFolder run = new RunFolder(storage, other);
      sound(other, () -> run.timings().instant())
          .filter(began.get()::isAfter)
          .ifPresent(instant -> earlier.put(instant, run));
    }
    RunRecord own = record();
    return earlier.descendingMap().values().stream()
        .flatMap(run -> sound(run.folder, () -> run.comparedWith(own)).stream())
        .findFirst();
  }

  /** What can be compared with a run is read, what cannot be is not. */
  private Optional<FinishedRun> comparedWith(RunRecord later) {
    RunRecord own = record();
    boolean compared =
        own.source().kind().equals(later.source().kind())
            && own.source().name().equals(later.source().name())
            && own.profiles().keySet().stream().anyMatch(later.profiles()::containsKey);
    return compared ? Optional.of(read()) : Optional.empty();
  }

  /** Empty where another run is damaged: the report of this one does without it. */
  private static <T> Optional<T> sound(Path other, Supplier<Optional<T>> reading) {
    try {
      return reading.get();
    } catch (ArtefactException e) {
      LOG.warn("{} is not compared with: {}", other, e.getMessage());
      return Optional.empty();
    }
  }

  private RunRecord record() {
    return RunRecord.of(storage.readJson(new Path(folder, RUN)));
  }

  private Timings timings() {
    JsonNode timings = timingsFile();
    return new Timings(
        timings.path("began").asText(""),
        timings.path("host").asText(""),
        timings.path("conditions").asText(""));
  }

  private JsonNode timingsFile() {
    Path file = new Path(folder, TIMINGS);
    return storage.exists(file) ? storage.readJson(file) : MissingNode.getInstance();
  }

  /**
   * Reads all but fronts and blocks.
   *
   * @throws ArtefactException if a file is missing or damaged, naming it
   */
  FinishedRun read() {
    Map<List<String>, List<Candidate>> candidates = candidates();
    Map<String, List<Answer>> targets = new LinkedHashMap<>();
    ParquetRows.read(
        storage,
        new Path(folder, "selections.parquet"),
        List.of(
            "target", "budget", "limits", "answer", "published_rank", "binding", "least_possible"),
        row -> {
          String target = row.text("target");
          String budget = row.text("budget");
          List<Candidate> tried = candidates.getOrDefault(List.of(target, budget), List.of());
          Kind kind = Kind.valueOf(row.text("answer").toUpperCase(Locale.ROOT));
          targets
              .computeIfAbsent(target, none -> new ArrayList<>())
              .add(
                  new Answer(
                      budget,
                      row.text("limits"),
                      kind,
                      tried,
                      chosen(kind, tried),
                      row.optionalText("binding"),
                      row.optionalNumber("least_possible"),
                      Optional.empty()));
        });
    return new FinishedRun(folder.getName(), record(), timings(), withCards(targets));
  }

  private static Optional<Candidate> chosen(Kind kind, List<Candidate> tried) {
    return switch (kind) {
      case PUBLISHED -> tried.stream().filter(c -> c.verdict().equals("published")).findFirst();
      case PREDICTED -> tried.stream().findFirst();
      case REFUSED, INFEASIBLE -> Optional.empty();
    };
  }

  /** By target and budget, in the order of ranks. */
  private Map<List<String>, List<Candidate>> candidates() {
    Map<List<String>, Double> measured = new HashMap<>();
    for (JsonNode latency : timingsFile().path("latencies")) {
      measured.put(
          List.of(
              latency.path("target").asText(),
              latency.path("budget").asText(),
              latency.path("rank").asText()),
          latency.path("measuredMicros").asDouble());
    }
    Map<List<String>, List<Candidate>> candidates = new HashMap<>();
    ParquetRows.read(
        storage,
        new Path(folder, "candidates.parquet"),
        List.of(
            "target",
            "budget",
            "rank",
            "code",
            "architecture",
            "predicted_accuracy",
            "predicted_latency_us",
            "macs",
            "parameters",
            "peak_memory_bytes",
            "weight_memory_bytes",
            "verdict",
            "reason",
            "measured_accuracy"),
        row -> {
          String target = row.text("target");
          String budget = row.text("budget");
          int rank = row.integer("rank");
          Double micros = measured.get(List.of(target, budget, Integer.toString(rank)));
          candidates
              .computeIfAbsent(List.of(target, budget), none -> new ArrayList<>())
              .add(
                  new Candidate(
                      rank,
                      row.text("code"),
                      row.text("architecture"),
                      row.number("predicted_accuracy"),
                      row.number("predicted_latency_us"),
                      row.whole("macs"),
                      row.whole("parameters"),
                      row.optionalWhole("peak_memory_bytes"),
                      row.optionalWhole("weight_memory_bytes"),
                      row.text("verdict"),
                      row.optionalText("reason"),
                      row.optionalNumber("measured_accuracy"),
                      micros == null ? OptionalDouble.empty() : OptionalDouble.of(micros)));
        });
    return candidates;
  }

  /** Cards are many small files, perhaps on another machine: several are read at a time. */
  private Map<String, List<Answer>> withCards(Map<String, List<Answer>> targets) {
    Map<String, List<Answer>> read = new LinkedHashMap<>();
    targets.forEach(
        (target, answers) ->
            read.put(
                target, answers.parallelStream().map(answer -> withCard(target, answer)).toList()));
    return read;
  }

  private Answer withCard(String target, Answer answer) {
    return answer.kind() == Kind.PUBLISHED
        ? new Answer(
            answer.budget(),
            answer.limits(),
            answer.kind(),
            answer.candidates(),
            answer.chosen(),
            answer.binding(),
            answer.leastPossible(),
            Optional.of(
                DeploymentCard.read(storage, new Path(folder, models(target, answer.budget())))))
        : answer;
  }

  /** The folder of a model within the run. */
  static String models(String target, String budget) {
    return "models/" + target + "/" + budget;
  }

  /**
   * Hands over the front of each target, in the tables' order, with at most some of its points.
   *
   * @param most see {@link FrontPoints#thinned}
   */
  void fronts(int most, BiConsumer<String, FrontPoints> fronts) {
    var open =
        new Object() {
          private String target;
          private List<Double> micros = new ArrayList<>();
          private List<Double> accuracies = new ArrayList<>();
          private List<String> codes = new ArrayList<>();

          void end() {
            if (target != null) {
              fronts.accept(
                  target, new FrontPoints(micros, accuracies, codes, codes.size()).thinned(most));
            }
            micros = new ArrayList<>();
            accuracies = new ArrayList<>();
            codes = new ArrayList<>();
          }
        };
    ParquetRows.read(
        storage,
        new Path(folder, "fronts.parquet"),
        List.of("target", "code", "predicted_accuracy", "predicted_latency_us"),
        row -> {
          String target = row.text("target");
          if (!target.equals(open.target)) {
            open.end();
            open.target = target;
          }
          open.micros.add(row.number("predicted_latency_us"));
          open.accuracies.add(row.number("predicted_accuracy"));
          open.codes.add(row.text("code"));
        });
    open.end();
  }

  /**
   * What each slot of each answer adds to its predicted latency, microseconds: by target and
   * budget, then by position, 0 being what is added once. Empty where the run has no such table.
   */
  Map<String, Map<String, Map<Integer, Double>>> blocks() {
    Map<String, Map<String, Map<Integer, Double>>> blocks = new HashMap<>();
    Path file = new Path(folder, BLOCKS);
    if (storage.exists(file)) {
      ParquetRows.read(
          storage,
          file,
          List.of("target", "budget", "position", "predicted_latency_us"),
          row ->
              blocks
                  .computeIfAbsent(row.text("target"), none -> new HashMap<>())
                  .computeIfAbsent(row.text("budget"), none -> new TreeMap<>())
                  .put(row.integer("position"), row.number("predicted_latency_us")));
    }
    return blocks;
  }
}
