package dev.espalier.kit;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.deploy.EmittedFile;
import dev.espalier.deploy.FloatEmitter;
import dev.espalier.graph.Graph;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.measurement.NetworkGraphs;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.Architecture;
import dev.espalier.space.SpaceFamily;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;

/**
 * Writes kits. Weights are random: what latency depends on is in the operators. A model's bytes
 * depend on its subject, the seed and the format alone, not on the models beside it.
 */
public final class KitWriter {
  /** The sheet for the person who measures. */
  static final String RUN_SHEET = "RUNSHEET.md";

  /** Times the kit in ONNX Runtime where there is Python. */
  static final String PYTHON = "run_onnxruntime.py";

  private static final int DIGITS = 6;

  private final Storage storage;
  private final FloatEmitter emitter;
  private final long seed;
  private final Progress progress;

  /**
   * A writer.
   *
   * @param emitter of the models' format
   * @param seed that weights are drawn from
   */
  public KitWriter(Storage storage, FloatEmitter emitter, long seed, Progress progress) {
    this.storage = storage;
    this.emitter = emitter;
    this.seed = seed;
    this.progress = progress;
  }

  /** A model that is still to be emitted. */
  private record Draft(
      KitRole role, String subject, TensorShape input, Function<RandomGenerator, Graph> graph) {}

  /**
   * Writes a kit.
   *
   * @param folder must not exist, or be empty
   * @throws dev.espalier.artefact.ArtefactException if it is not vacant or cannot be written
   */
  public Kit write(KitContents contents, Path folder) {
    List<Draft> drafts = drafts(contents);
    String space = Kit.spaceDigest(contents.space());
    List<KitModel> models = new ArrayList<>();
    Map<KitRole, Integer> counts = new EnumMap<>(KitRole.class);
    long began = System.nanoTime();
    try (Staging staging = Staging.open(storage, folder)) {
      for (Draft draft : drafts) {
        String identity = draft.role().network() ? space + " " + draft.subject() : draft.subject();
        String digest = Digest.of(identity.getBytes(StandardCharsets.UTF_8));
        int number = counts.merge(draft.role(), 1, Integer::sum);
        String file =
            "%s-%04d-%s%s"
                .formatted(draft.role().prefix(), number, digest.substring(0, DIGITS), ending());
        List<EmittedFile> files = emitter.files(draft.graph().apply(random(digest)));
        byte[] content = files.get(0).content();
        staging.write(file, content);
        models.add(
            new KitModel(file, draft.role(), draft.subject(), draft.input(), Digest.of(content)));
        double seconds = (System.nanoTime() - began) / 1e9;
        int done = models.size();
        progress.report("models", done, drafts.size(), seconds / done * (drafts.size() - done));
      }
      byte[] manifest = Manifest.write(models);
      staging.write(Manifest.FILE, manifest);
      staging.writeJson(KitDescription.FILE, describe(contents, counts, Digest.of(manifest)));
      staging.write(RUN_SHEET, runSheet(contents, counts, models));
      staging.write(PYTHON, resource(PYTHON));
      staging.publish();
    }
    return Kit.read(storage, folder);
  }

  private static List<Draft> drafts(KitContents contents) {
    List<Draft> drafts = new ArrayList<>();
    contents.operators().stream()
        .map(Operator::input)
        .distinct()
        .sorted(
            Comparator.comparingInt(TensorShape::height)
                .thenComparingInt(TensorShape::width)
                .thenComparingInt(TensorShape::channels))
        .forEach(
            shape ->
                drafts.add(
                    new Draft(
                        KitRole.EMPTY,
                        shape.toString(),
                        shape,
                        random -> OperatorBenchmark.emptyRun(shape))));
    contents.operators().stream()
        .sorted(Comparator.comparing(Operator::key))
        .forEach(
            operator ->
                drafts.add(
                    new Draft(
                        KitRole.OPERATOR,
                        operator.key(),
                        operator.input(),
                        random -> OperatorGraphs.of(operator, random))));
    contents.calibration().forEach(n -> drafts.add(network(KitRole.CALIBRATION, contents, n)));
    contents.probes().forEach(n -> drafts.add(network(KitRole.PROBE, contents, n)));
    return drafts;
  }

  private static Draft network(KitRole role, KitContents contents, Architecture network) {
    String text = contents.space().format(network);
    List<Operator> operators = contents.space().lower(network);
    return new Draft(
        role, text, operators.get(0).input(), random -> NetworkGraphs.of(text, operators, random));
  }

  /** As in {@code .onnx}. */
  private String ending() {
    String name = emitter.fileNames().get(0);
    return name.substring(name.lastIndexOf('.'));
  }

  private RandomGenerator random(String digest) {
    long mixed = seed * 0x9E3779B97F4A7C15L ^ Long.parseUnsignedLong(digest.substring(0, 16), 16);
    return RandomGeneratorFactory.of("L64X128MixRandom").create(mixed);
  }

  private KitDescription describe(
      KitContents contents, Map<KitRole, Integer> counts, String manifest) {
    return new KitDescription(
        contents.spaceName(),
        SpaceFamily.tree(contents.space()),
        emitter.precision(),
        emitter.format(),
        emitter.version(),
        seed,
        counts.getOrDefault(KitRole.EMPTY, 0),
        counts.getOrDefault(KitRole.OPERATOR, 0),
        counts.getOrDefault(KitRole.CALIBRATION, 0),
        counts.getOrDefault(KitRole.PROBE, 0),
        manifest);
  }

  private byte[] runSheet(
      KitContents contents, Map<KitRole, Integer> counts, List<KitModel> models) {
    return new String(resource(RUN_SHEET), StandardCharsets.UTF_8)
        .replace("{space}", contents.spaceName())
        .replace("{models}", String.valueOf(models.size()))
        .replace("{format}", "%s (%s)".formatted(emitter.format(), emitter.version()))
        .replace("{ending}", ending())
        .replace("{empties}", counts.getOrDefault(KitRole.EMPTY, 0).toString())
        .replace("{operators}", counts.getOrDefault(KitRole.OPERATOR, 0).toString())
        .replace("{calibration}", counts.getOrDefault(KitRole.CALIBRATION, 0).toString())
        .replace("{probes}", counts.getOrDefault(KitRole.PROBE, 0).toString())
        .replace("{first}", models.get(0).name())
        .replace("{last}", models.get(models.size() - 1).name())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] resource(String name) {
    try (InputStream in = KitWriter.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is on the class path
    }
  }
}
