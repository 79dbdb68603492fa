package dev.espalier.kit;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import dev.espalier.measurement.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Collects what files say of the models of a kit, sound or not. Not thread-safe. */
public final class KitResults {
  /** A sample farther from the median than so many robust deviations is an outlier. */
  private static final double FAR = 5;

  /** Samples of a clock that is too coarse, or of a simulator, may have no deviation at all. */
  private static final double LEAST_RELATIVE_DEVIATION = 0.01;

  private static final double MOST_MICROS = 1e9;
  private static final int FEWEST_FOR_CONSTANT = 4;

  private final Kit kit;
  private final List<String> problems = new ArrayList<>();
  private final List<String> unfinished = new ArrayList<>();
  private final Map<String, Stranger> strangers = new LinkedHashMap<>();
  private final Map<KitModel, List<Double>> samples = new LinkedHashMap<>();
  private final Map<KitModel, List<Timing>> runs = new LinkedHashMap<>();

  /** What to do with samples that are far from the others. */
  public enum OutlierRule {
    /** They count as any other. */
    KEEP,
    /** They are left out. */
    DROP
  }

  /** Names in one file that no model has: the first of them, and how many lines. */
  private record Stranger(String place, String name, int lines) {}

  /** Collects results of a kit. */
  public KitResults(Kit kit) {
    this.kit = kit;
  }

  /**
   * Reads files.
   *
   * @param clockMegahertz of the device, where it is known
   * @throws InvalidDocumentException naming every line that makes no sense, with its file
   */
  public static KitTimings read(
      Kit kit,
      ResultsForm form,
      List<SourceFile> files,
      OptionalDouble clockMegahertz,
      OutlierRule rule) {
    KitResults results = new KitResults(kit);
    files.forEach(file -> form.read(file, clockMegahertz, results));
    return results.finish(form, rule);
  }

  /** The model that a file speaks of; empty where the kit has none, which is noted. */
  public Optional<KitModel> model(SourceFile file, int line, String name) {
    Optional<KitModel> model = kit.model(name);
    if (model.isEmpty()) {
      strangers.merge(
          file.name(),
          new Stranger(file.place(line), name, 1),
          (first, next) -> new Stranger(first.place, first.name, first.lines + 1));
    }
    return model;
  }

  /** The model that a file is named for, where it is. */
  public Optional<KitModel> modelOf(SourceFile file) {
    return kit.model(KitModel.stem(file.name()));
  }

  /** Notes the latency of one run, or that it cannot be one. */
  public void sample(SourceFile file, int line, KitModel model, double micros) {
    if (plausible(file, line, micros)) {
      samples.computeIfAbsent(model, m -> new ArrayList<>()).add(micros);
    }
  }

  /** Notes what a runner told of several runs. */
  public void run(SourceFile file, int line, KitModel model, Timing timing) {
    if (plausible(file, line, timing.meanMicros())) {
      runs.computeIfAbsent(model, m -> new ArrayList<>()).add(timing);
    }
  }

  private boolean plausible(SourceFile file, int line, double micros) {
    boolean plausible = micros > 0 && micros < MOST_MICROS;
    if (!plausible) {
      problem(
          file,
          line,
          "%s us is not a latency: above 0 and below 1000 s is; delete the line, or measure again"
              .formatted(micros));
    }
    return plausible;
  }

  /** Notes a line that makes no sense, with what to do. */
  public void problem(SourceFile file, int line, String what) {
    problems.add(file.place(line) + ": " + what);
  }

  /** Notes a model that was begun and of which no latency was told. */
  public void unfinished(SourceFile file, int line, KitModel model) {
    unfinished.add(
        "%s: %s was begun and told no latency".formatted(file.place(line), model.name()));
  }

  private KitTimings finish(ResultsForm form, OutlierRule rule) {
    strangers.forEach(
        (file, s) ->
            problems.add(
                "%s: '%s' is no model of this kit (%d models of %s)%s: these are results of another kit; ingest them with that one"
                    .formatted(
                        s.place,
                        s.name,
                        kit.models().size(),
                        kit.spaceName(),
                        s.lines == 1
                            ? ""
                            : ", nor are those of " + (s.lines - 1) + " lines more")));
    long all = samples.values().stream().mapToLong(List::size).sum();
    if (samples.size() > 1
        && all >= FEWEST_FOR_CONSTANT
        && samples.values().stream().flatMap(List::stream).distinct().count() == 1) {
      problems.add(
          "all %d samples of %d models are %s us: this column is no timing; check which one the runner wrote"
              .formatted(all, samples.size(), samples.values().iterator().next().get(0)));
    }
    if (problems.isEmpty() && samples.isEmpty() && runs.isEmpty()) {
      problems.add(
          unfinished.isEmpty()
              ? "no timing was found: is this %s?".formatted(form.summary())
              : "no timing was found: " + unfinished.get(0));
    }
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException("results as " + form.name(), problems);
    }
    Map<KitModel, Timing> timings = new LinkedHashMap<>();
    List<KitTimings.Outliers> outliers = new ArrayList<>();
    for (KitModel model : kit.models()) {
      List<Timing> told = new ArrayList<>(runs.getOrDefault(model, List.of()));
      if (samples.containsKey(model)) {
        double[] values = samples.get(model).stream().mapToDouble(d -> d).toArray();
        told.add(Timing.of(inspected(model, values, rule, outliers)));
      }
      if (!told.isEmpty()) {
        timings.put(model, Timing.pool(told));
      }
    }
    return new KitTimings(timings, outliers, rule == OutlierRule.DROP, unfinished);
  }

  private static Samples inspected(
      KitModel model, double[] values, OutlierRule rule, List<KitTimings.Outliers> outliers) {
    Samples all = Samples.of(values);
    double median = all.median();
    double far = FAR * Math.max(all.robustDeviation(), LEAST_RELATIVE_DEVIATION * median);
    double[] near = Arrays.stream(all.values()).filter(v -> Math.abs(v - median) <= far).toArray();
    if (near.length == all.count()) {
      return all;
    }
    double least = all.least();
    double most = all.quantile(1);
    outliers.add(
        new KitTimings.Outliers(
            model,
            all.count() - near.length,
            all.count(),
            median,
            most - median > median - least ? most : least));
    return rule == OutlierRule.DROP ? Samples.of(near) : all;
  }
}
