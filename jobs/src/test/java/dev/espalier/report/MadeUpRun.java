package dev.espalier.report;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.cost.OperatorCost;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import dev.espalier.space.SpaceFamily;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A folder in the form of a published run with numbers that nobody searched for: fronts of as many
 * points as wanted, of which budgets choose some. Columns that reports do not read are left out.
 * What {@code RunTables} writes is read in {@code SearchIT}.
 */
public final class MadeUpRun {
  static final Storage STORAGE = new Storage(new Configuration());

  private static final String PREDICTED =
      """
      required binary code (STRING); required binary architecture (STRING);
      required double predicted_accuracy; required double predicted_latency_us;
      required int64 macs; required int64 parameters;
      optional int64 peak_memory_bytes; optional int64 weight_memory_bytes;
      """;

  private final SearchSpace space;
  private final AdditiveFunction macs;
  private final AdditiveFunction parameters;
  private final AdditiveFunction sides;
  private List<String> names = List.of("phone");
  private int budgets = 3;
  private int points = 30;
  private Source source = Source.PREDICTOR;
  private Blocks blocks = Blocks.KNOWN;
  private long seed = 1;
  private String device = "Imaginary 1";
  private String began = "2026-02-01T03:00:00Z";
  private String profileDigest = "a";
  private List<String> origins = List.of("measured", "modelled");
  private boolean infeasible;
  private boolean refused;

  /** What a run drew from. */
  enum Source {
    SUPERNET,
    PREDICTOR
  }

  /** Whether latencies are sums over blocks. */
  enum Blocks {
    KNOWN,
    WHOLE_NETWORKS
  }

  private record Point(Architecture architecture, double micros, double accuracy) {}

  /** In one of the spaces that ship. */
  public MadeUpRun(String shippedSpace) {
    space = new SpaceCatalogue(STORAGE, List.of(new Path("../supernet/spaces"))).read(shippedSpace);
    macs = OperatorCost.MACS.compile(space);
    parameters = OperatorCost.PARAMETERS.compile(space);
    sides =
        AdditiveFunction.compile(
            space,
            0,
            (slot, code) ->
                space.operators(slot, code).stream()
                    .mapToDouble(o -> 2 + o.input().elements() / 4000.0)
                    .sum());
  }

  SearchSpace space() {
    return space;
  }

  MadeUpRun targets(List<String> value) {
    names = List.copyOf(value);
    return this;
  }

  MadeUpRun budgets(int value) {
    budgets = value;
    return this;
  }

  MadeUpRun points(int value) {
    points = value;
    return this;
  }

  MadeUpRun source(Source value) {
    source = value;
    return this;
  }

  MadeUpRun blocks(Blocks value) {
    blocks = value;
    return this;
  }

  public MadeUpRun seed(long value) {
    seed = value;
    return this;
  }

  MadeUpRun device(String value) {
    device = value;
    return this;
  }

  public MadeUpRun began(String instant) {
    began = instant;
    return this;
  }

  MadeUpRun profileDigest(String value) {
    profileDigest = value;
    return this;
  }

  MadeUpRun origins(String... words) {
    origins = List.of(words);
    return this;
  }

  /** With a first budget on each target that cannot be met, and a target that failed. */
  MadeUpRun withInfeasible() {
    infeasible = true;
    return this;
  }

  /** With a last budget on each target whose candidates were refused. */
  MadeUpRun withRefused() {
    refused = true;
    return this;
  }

  /** Writes the folder. */
  public void write(java.nio.file.Path folder) {
    try {
      Files.createDirectories(folder);
      try (Tables tables = new Tables(folder)) {
        for (int t = 0; t < names.size(); t++) {
          target(folder, tables, t);
        }
      }
      Files.write(folder.resolve("run.json"), Json.write(run()));
      Files.write(
          folder.resolve("timings.json"),
          Json.write(
              Map.of(
                  "began",
                  began,
                  "host",
                  "nowhere",
                  "conditions",
                  "made up",
                  "latencies",
                  List.of())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private double factor(int target) {
    return 0.5 + (target * 37 % 100) / 40.0;
  }

  private double micros(int target, Architecture architecture) {
    return terms(target, architecture).stream().mapToDouble(Double::doubleValue).sum();
  }

  private List<Double> terms(int target, Architecture architecture) {
    List<Double> compute = macs.terms(architecture);
    List<Double> memory = sides.terms(architecture);
    List<Double> terms = new ArrayList<>();
    for (int slot = 0; slot < compute.size(); slot++) {
      terms.add(factor(target) * compute.get(slot) / 20_000 + memory.get(slot));
    }
    return terms;
  }

  private List<Point> front(int target) {
    RandomGenerator random = random(seed * 1_000_003 + target);
    List<Point> sampled = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      Architecture architecture = space.sample(random);
      sampled.add(new Point(architecture, micros(target, architecture), 0));
    }
    sampled.sort(Comparator.comparing(Point::micros));
    List<Point> front = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      double share = (i + 1.0) / points;
      Point point = sampled.get(i);
      front.add(
          new Point(
              point.architecture,
              point.micros,
              0.62 + 0.25 * (1 - Math.exp(-3 * share)) + 1e-6 * i));
    }
    return front;
  }

  private void target(java.nio.file.Path folder, Tables tables, int t) throws IOException {
    String name = names.get(t);
    List<Point> front = front(t);
    for (int i = 0; i < front.size(); i++) {
      Group row = tables.row("fronts").append("target", name).append("position", i + 1);
      tables.write("fronts", predicted(row, front.get(i)));
    }
    if (infeasible) {
      tables.write(
          "selections",
          tables
              .row("selections")
              .append("target", name)
              .append("budget", "latency-1us")
              .append("limits", "latency ≤ 1 µs")
              .append("answer", "infeasible")
              .append("binding", "latency ≤ 1 µs")
              .append("least_possible", front.get(0).micros));
    }
    for (int b = 0; b < budgets; b++) {
      Point point = front.get((b + 1) * (front.size() - 1) / budgets);
      double limit = Math.ceil(point.micros);
      boolean isRefused = refused && b == budgets - 1;
      answer(folder, tables, name, t, point, limit, isRefused);
    }
  }

  private void answer(
      java.nio.file.Path folder,
      Tables tables,
      String name,
      int t,
      Point point,
      double limit,
      boolean isRefused)
      throws IOException {
    String budget = "latency-%.0fus".formatted(limit);
    String answer = isRefused ? "refused" : source == Source.SUPERNET ? "published" : "predicted";
    Group selection =
        tables
            .row("selections")
            .append("target", name)
            .append("budget", budget)
            .append("limits", "latency ≤ %.0f µs".formatted(limit))
            .append("answer", answer);
    if (answer.equals("published")) {
      selection.append("published_rank", 1);
    }
    tables.write("selections", selection);
    Group candidate =
        predicted(
            tables
                .row("candidates")
                .append("target", name)
                .append("budget", budget)
                .append("rank", 1),
            point);
    candidate.append("verdict", isRefused ? "accuracy-off" : answer);
    if (isRefused) {
      candidate.append("reason", "measured accuracy 12.00 % is not within 1.00 points");
    }
    if (answer.equals("published")) {
      candidate.append("measured_accuracy", point.accuracy - 0.004);
      card(folder.resolve(RunFolder.models(name, budget)), name, point);
    }
    tables.write("candidates", candidate);
    if (blocks == Blocks.KNOWN && !isRefused) {
      List<Double> terms = terms(t, point.architecture);
      for (int slot = 0; slot < terms.size(); slot++) {
        if (!space.operators(slot, point.architecture.toBytes()).isEmpty()) {
          tables.write(
              "blocks",
              tables
                  .row("blocks")
                  .append("target", name)
                  .append("budget", budget)
                  .append("position", slot + 1)
                  .append("predicted_latency_us", terms.get(slot)));
        }
      }
    }
  }

  private Group predicted(Group row, Point point) {
    return row.append("code", point.architecture.toHex())
        .append("architecture", space.format(point.architecture))
        .append("predicted_accuracy", point.accuracy)
        .append("predicted_latency_us", point.micros)
        .append("macs", (long) macs.at(point.architecture))
        .append("parameters", (long) parameters.at(point.architecture))
        .append("peak_memory_bytes", 123_456L)
        .append("weight_memory_bytes", 4 * (long) parameters.at(point.architecture));
  }

  private void card(java.nio.file.Path folder, String target, Point point) throws IOException {
    String hex = point.architecture.toHex();
    Files.createDirectories(folder);
    DeploymentCard.Runner runner = new DeploymentCard.Runner("onnxruntime", "1.29.0");
    double measured = point.accuracy - 0.004;
    DeploymentCard card =
        new DeploymentCard(
            DeploymentCard.FORMAT,
            new DeploymentCard.Network(space.family(), space.format(point.architecture), hex, 1, 1),
            new DeploymentCard.Source("made-up", "0".repeat(64)),
            new DeploymentCard.PredictedAccuracy(point.accuracy, 0.002, "made up"),
            new DeploymentCard.MeasuredAccuracy(measured, 10_000, "made up", "1".repeat(64)),
            new DeploymentCard.PredictedLatency(target, point.micros, "made up"),
            new DeploymentCard.MeasuredLatency(point.micros * 1.03, 2, 30, "made up"),
            new DeploymentCard.Agreement("made up", 1e-6, 10),
            new DeploymentCard.Preprocessing(
                28, 1, List.of(0.5), List.of(0.5), "none", List.of("a", "b")),
            List.of(
                file(
                    "model.onnx",
                    "onnx",
                    hex,
                    DeploymentCard.FileRun.of(runner, measured, 10_000, null, 5000)),
                file(
                    "model.c",
                    "c",
                    hex,
                    DeploymentCard.FileRun.unverified(1250, "no compiler is here"))),
            runner);
    Files.write(folder.resolve(DeploymentCard.FILE), card.toJson());
  }

  private static DeploymentCard.ModelFile file(
      String name, String format, String hex, DeploymentCard.FileRun run) {
    String digest = Digest.of((name + hex).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return new DeploymentCard.ModelFile(name, format, "opset 17", 81_000, digest, run);
  }

  private Map<String, Object> run() {
    Map<String, Object> profiles = new TreeMap<>();
    for (int t = 0; t < names.size(); t++) {
      profiles.put(
          names.get(t),
          Map.of(
              "profile",
              names.get(t),
              "digest",
              Digest.of((profileDigest + t).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
              "device",
              device,
              "deviceClass",
              "mobile-gpu",
              "runtime",
              "none 1",
              "precision",
              "float32",
              "origins",
              origins,
              "latencyClaim",
              blocks == Blocks.KNOWN
                  ? "exact sum over the table's operators; not compared with whole networks"
                  : "latency of whole networks, not a sum over operators; 7 measured",
              "provenance",
              "measured on " + device));
    }
    String kind = source == Source.SUPERNET ? "supernet" : "predictor";
    Map<String, Object> run = new TreeMap<>();
    run.put("digest", "d".repeat(64));
    run.put("seed", seed);
    run.put(
        "request",
        Map.of(kind, "made-up", "engine", Map.of("kind", "exact", "settings", Map.of())));
    run.put(
        "inputs",
        Map.of(kind, Map.of("name", "made-up", "digest", "e".repeat(64)), "profiles", profiles));
    run.put("space", SpaceFamily.tree(space));
    run.put("versions", Map.of("espalier", "0"));
    run.put("accuracyPredictor", Map.of("kind", "made up", "quality", "none"));
    run.put("deviceLimits", Map.of());
    run.put(
        "search",
        Map.of("engine", "exact", "proven", "nothing", "stopped", "at once", "evaluations", 7));
    run.put(
        "failedTargets",
        infeasible
            ? List.of(Map.of("name", "broken", "reason", "latency.csv is altered"))
            : List.of());
    return run;
  }

  /** The tables, written row by row. */
  private static final class Tables implements AutoCloseable {
    private final Map<String, SimpleGroupFactory> factories = new TreeMap<>();
    private final Map<String, ParquetWriter<Group>> writers = new TreeMap<>();

    Tables(java.nio.file.Path folder) throws IOException {
      open(
          folder,
          "fronts",
          "required binary target (STRING); required int32 position;" + PREDICTED);
      open(
          folder,
          "candidates",
          "required binary target (STRING); required binary budget (STRING); required int32 rank;"
              + PREDICTED
              + "required binary verdict (STRING); optional binary reason (STRING);"
              + "optional double measured_accuracy;");
      open(
          folder,
          "selections",
          "required binary target (STRING); required binary budget (STRING);"
              + "required binary limits (STRING); required binary answer (STRING);"
              + "optional int32 published_rank; optional binary binding (STRING);"
              + "optional double least_possible;");
      open(
          folder,
          "blocks",
          "required binary target (STRING); required binary budget (STRING);"
              + "required int32 position; required double predicted_latency_us;");
    }

    private void open(java.nio.file.Path folder, String name, String columns) throws IOException {
      MessageType schema = MessageTypeParser.parseMessageType("message table {" + columns + "}");
      factories.put(name, new SimpleGroupFactory(schema));
      writers.put(
          name,
          ExampleParquetWriter.builder(new Path(folder.resolve(name + ".parquet").toUri()))
              .withType(schema)
              .build());
    }

    Group row(String table) {
      return factories.get(table).newGroup();
    }

    void write(String table, Group row) throws IOException {
      writers.get(table).write(row);
    }

    @Override
    public void close() throws IOException {
      for (ParquetWriter<Group> writer : writers.values()) {
        writer.close();
      }
    }
  }
}
