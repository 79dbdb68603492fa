package dev.espalier.job;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.OperatorCost;
import dev.espalier.deploy.Emitter;
import dev.espalier.deploy.FloatEmitter;
import dev.espalier.document.Fields;
import dev.espalier.importer.SourceFile;
import dev.espalier.kit.CsvResults;
import dev.espalier.kit.Kit;
import dev.espalier.kit.KitContents;
import dev.espalier.kit.KitModel;
import dev.espalier.kit.KitResults;
import dev.espalier.kit.KitResults.OutlierRule;
import dev.espalier.kit.KitRunner;
import dev.espalier.kit.KitWriter;
import dev.espalier.latency.AdditivityCheck;
import dev.espalier.latency.Probes;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.HostProfile;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.Progress;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;

/** Makes measuring kits, and runs them on the machine at hand. */
public final class KitJob {
  /** Whole networks of a kit unless another number is asked for. */
  public static final int PROBES = 20;

  /** Fewest whole networks that tell anything: half calibrate, half check. */
  public static final int FEWEST_PROBES =
      2 * Math.max(AdditivityCheck.FEWEST_CALIBRATION, AdditivityCheck.FEWEST_HELD_OUT);

  /** What a run writes beside its results. */
  public static final String DESCRIPTION = "device.yaml";

  private static final long SEED = 1;

  private final Storage storage;
  private final Progress progress;

  /** A job. */
  public KitJob(Storage storage, Progress progress) {
    this.storage = storage;
    this.progress = progress;
  }

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  }

  /**
   * Chooses what to measure: the operators that a profile lacks, and whole networks, half of them
   * to calibrate on, which are spread by their multiply-accumulates.
   *
   * @param spaceName as whoever asks calls the space
   * @param profile whose operators need no measuring; none for all operators
   * @param probes number of whole networks, 0 or at least {@link #FEWEST_PROBES}
   * @throws IllegalArgumentException if there is nothing to measure, or it cannot be
   */
  public static KitContents contents(
      String spaceName, SearchSpace space, Optional<HardwareProfile> profile, int probes) {
    if (probes != 0 && probes < FEWEST_PROBES) {
      throw new IllegalArgumentException(
          "--probes %d must be 0 or at least %d: half calibrate a model of what summing leaves out, half check it"
              .formatted(probes, FEWEST_PROBES));
    }
    profile.ifPresent(
        p -> {
          if (p.precision() != Precision.FLOAT32) {
            throw new IllegalArgumentException(
                "profile %s is %s and kits hold float32 models: what is missing there cannot be measured with a kit"
                    .formatted(p.name(), Fields.word(p.precision())));
          }
        });
    Collection<Operator> all = OperatorBenchmark.operators(space);
    List<Operator> missing =
        profile.map(p -> p.table().missing(all)).orElseGet(() -> List.copyOf(all));
    Probes networks =
        probes == 0
            ? new Probes(List.of(), List.of())
            : Probes.draw(
                space, OperatorCost.MACS.compile(space), probes / 2, probes - probes / 2, random());
    return new KitContents(spaceName, space, missing, networks.calibration(), networks.heldOut());
  }

  /** The emitters of formats that kits can have: of float32, as the profiles made of them. */
  public static List<FloatEmitter> emitters() {
    return Emitter.all().stream()
        .filter(e -> e.precision() == Precision.FLOAT32)
        .map(FloatEmitter.class::cast)
        .toList();
  }

  /**
   * The emitter of a format that kits can have.
   *
   * @throws IllegalArgumentException listing those formats
   */
  public static FloatEmitter emitter(String format) {
    return emitters().stream()
        .filter(e -> e.format().equals(format))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no kit can have format '%s'; formats of float32: %s"
                        .formatted(
                            format, emitters().stream().map(FloatEmitter::format).toList())));
  }

  /**
   * Writes a kit.
   *
   * @param emitter of the models' format
   * @param folder must not exist, or be empty
   */
  public Kit write(KitContents contents, FloatEmitter emitter, Path folder) {
    try (MeasurementStages stages = new MeasurementStages("writing", progress)) {
      return new KitWriter(storage, emitter, SEED, stages).write(contents, folder);
    }
  }

  /**
   * What a run did.
   *
   * @param timed models that were timed in it, empty runs not counted
   * @param left models that are not timed yet, empty runs not counted
   */
  public record Run(int timed, int left) {}

  /**
   * Times models of a kit on this machine and adds what they take to a file of results; those that
   * it has already are not timed again. The file is written anew, by a rename, after each group of
   * models; a description of this machine is put beside it where there is none.
   *
   * @param plan how long each model is timed
   * @param output file of the form {@code csv}
   * @param most models to time at most, empty runs not counted
   * @throws IllegalArgumentException if the kit cannot be run here
   * @throws dev.espalier.document.InvalidDocumentException if the file holds anything but results
   *     of this kit
   */
  public Run run(Kit kit, TimingPlan plan, Path output, int most) {
    StringBuilder results = new StringBuilder(earlier(output));
    try (MeasurementStages stages = new MeasurementStages("timing", progress)) {
      KitRunner runner = new KitRunner(kit, plan, stages);
      List<KitModel> pending = KitRunner.pending(kit, timed(kit, output));
      List<KitModel> now = pending.subList(0, Math.min(most, pending.size()));
      runner.run(
          now,
          random(),
          timings -> {
            timings.forEach(
                (model, visits) -> {
                  for (double micros : visits.values()) {
                    results.append(CsvResults.line(model, micros));
                  }
                });
            storage.replace(output, results.toString().getBytes(StandardCharsets.UTF_8));
            writeDescription(plan, new Path(storage.qualified(output).getParent(), DESCRIPTION));
          });
      return new Run(now.size(), pending.size() - now.size());
    }
  }

  private String earlier(Path output) {
    if (!storage.exists(output)) {
      return CsvResults.HEADER + "\n";
    }
    String text = new String(storage.read(output), StandardCharsets.UTF_8);
    return text.endsWith("\n") ? text : text + "\n";
  }

  private Set<KitModel> timed(Kit kit, Path output) {
    if (!storage.exists(output)) {
      return Set.of();
    }
    SourceFile file = SourceFile.of(output.toString(), storage.read(output));
    return KitResults.read(
            kit, new CsvResults(), List.of(file), OptionalDouble.empty(), OutlierRule.KEEP)
        .timings()
        .keySet();
  }

  private void writeDescription(TimingPlan plan, Path file) {
    if (!storage.exists(file)) {
      storage.replace(
          file,
          HostProfile.description(
                  HostMachine.read(), plan.words(), LocalDate.now(Clock.systemDefaultZone()))
              .toYaml());
    }
  }
}
