package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.accuracy.StoredPredictorFolder;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.cost.CostModel;
import dev.espalier.dataset.DatasetException;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/** Loads and checks everything that a request names, and reports all problems together. */
public final class SearchInputsLoader {
  private final Storage storage;
  private final SupernetCatalogue supernets;
  private final ProfileCatalogue profiles;

  /** Loads from catalogues and paths. */
  public SearchInputsLoader(
      Storage storage, SupernetCatalogue supernets, ProfileCatalogue profiles) {
    this.storage = storage;
    this.supernets = supernets;
    this.profiles = profiles;
  }

  /**
   * Loads the inputs of a request.
   *
   * @param output where the run will be published: checked, not touched
   *     <p>Profiles are read and compiled in parallel. One that cannot be used (it is damaged,
   *     missing or altered, or lacks operators) fails its target alone, unless there is no other.
   * @throws InvalidRequestException with every problem: unknown names, files that are damaged,
   *     missing or altered, an output folder that is not vacant, or no target that can be used
   */
  public SearchInputs load(SearchRequest request, Path output) {
    return load(request, output, name -> true);
  }

  /**
   * Loads the inputs of a request for some of its targets; the others are read, and neither
   * compiled nor missed.
   *
   * @param wanted tells by its name whether a target is
   * @throws InvalidRequestException as above; where others are not wanted, there may be no target
   *     and no exception
   */
  public SearchInputs load(SearchRequest request, Path output, Predicate<String> wanted) {
    List<String> problems = new ArrayList<>();
    attempt(
        problems,
        () -> {
          storage.requireVacant(output);
          return output;
        });
    Optional<SearchSpace> space;
    Optional<? extends SearchSource> source;
    if (request.source() instanceof SourceRequest.Supernet named) {
      Optional<SupernetFolder> folder = attempt(problems, () -> supernets.open(named.name()));
      Optional<Supernet> supernet = folder.flatMap(f -> attempt(problems, f::supernet));
      space = supernet.map(Supernet::space);
      source = supernet.flatMap(s -> trained(problems, folder.orElseThrow(), s));
    } else {
      Path predictor = new Path(request.source().name());
      Optional<StoredPredictor> stored =
          attempt(problems, () -> StoredPredictorFolder.read(storage, predictor));
      space = stored.map(StoredPredictor::space);
      source = stored.map(SearchSource.PredictorAlone::new);
    }
    List<Loaded> loaded =
        named(request, problems).parallelStream()
            .map(one -> Loaded.of(one, space, wanted))
            .toList();
    requireDistinct(loaded, problems);
    List<FailedTarget> failed = loaded.stream().flatMap(l -> l.failed().stream()).toList();
    if (!problems.isEmpty() || failed.size() == loaded.size()) {
      failed.forEach(f -> problems.add(f.reason()));
      throw new InvalidRequestException("the request", problems);
    }
    return new SearchInputs(
        request,
        source.orElseThrow(),
        loaded.stream().flatMap(l -> l.target().stream()).toList(),
        failed);
  }

  /**
   * Looks at everything that a request names as far as its digests: profiles are read and not
   * compiled, of a supernet or predictor its description alone is.
   *
   * @throws InvalidRequestException with every problem, as {@link #load(SearchRequest, Path)}
   */
  public FleetSurvey survey(SearchRequest request) {
    List<String> problems = new ArrayList<>();
    Optional<String> digest =
        attempt(
            problems,
            () ->
                Digest.of(
                    storage.read(
                        request.source() instanceof SourceRequest.Supernet named
                            ? new Path(
                                supernets.open(named.name()).path(), SupernetFolder.DESCRIPTION)
                            : new Path(
                                request.source().name(), StoredPredictorFolder.DESCRIPTION))));
    List<TargetSource> named = named(request, problems);
    List<Loaded> loaded =
        named.parallelStream().map(one -> Loaded.of(one, Optional.empty(), name -> true)).toList();
    requireDistinct(loaded, problems);
    List<FailedTarget> failed = loaded.stream().flatMap(l -> l.failed().stream()).toList();
    if (!problems.isEmpty() || failed.size() == loaded.size()) {
      failed.forEach(f -> problems.add(f.reason()));
      throw new InvalidRequestException("the request", problems);
    }
    SortedMap<String, FleetSurvey.Surveyed> surveyed = new TreeMap<>();
    for (int t = 0; t < named.size(); t++) {
      Loaded one = loaded.get(t);
      if (one.failed().isEmpty()) {
        surveyed.put(
            one.name(),
            new FleetSurvey.Surveyed(
                one.name(), one.digest(), named.get(t).limits(), named.get(t).profile()));
      }
    }
    return new FleetSurvey(digest.orElseThrow(), surveyed, failed);
  }

  private List<TargetSource> named(SearchRequest request, List<String> problems) {
    TargetSources sources = new TargetSources(storage, profiles);
    List<TargetSource> named = new ArrayList<>();
    for (TargetRequest target : request.targets()) {
      attempt(problems, () -> sources.of(target)).ifPresent(named::addAll);
    }
    return named;
  }

  private static void requireDistinct(List<Loaded> loaded, List<String> problems) {
    Map<String, Loaded> names = new HashMap<>();
    for (Loaded one : loaded) {
      Loaded first = names.putIfAbsent(one.name(), one);
      if (first != null) {
        problems.add(
            "targets: %s and %s are both named %s: leave one out, or name them in a table of targets"
                .formatted(first.label(), one.label(), one.name()));
      }
    }
  }

  /**
   * What became of a target.
   *
   * @param digest of its profile; empty where that cannot be used
   * @param target absent where it failed or is not wanted, or where there is no space to compile it
   *     for
   */
  private record Loaded(
      String label,
      String name,
      String digest,
      Optional<Target> target,
      Optional<FailedTarget> failed) {
    /** Reads a profile and compiles it; its tables are dropped. */
    static Loaded of(TargetSource source, Optional<SearchSpace> space, Predicate<String> wanted) {
      List<String> problems = new ArrayList<>();
      Optional<HardwareProfile> profile = attempt(problems, source.profile());
      String name =
          source
              .name()
              .or(() -> profile.map(HardwareProfile::name))
              .orElseGet(() -> new Path(source.label()).getName());
      if (!wanted.test(name)) {
        return new Loaded(source.label(), name, "", Optional.empty(), Optional.empty());
      }
      Optional<Target> target =
          profile.flatMap(
              p ->
                  space.flatMap(
                      s ->
                          attempt(
                              problems,
                              () -> Target.of(CostModel.compile(s, p), name, source.limits()))));
      return new Loaded(
          source.label(),
          name,
          profile.map(HardwareProfile::digest).orElse(""),
          target,
          problems.stream().findFirst().map(reason -> new FailedTarget(name, reason)));
    }
  }

  private static Optional<SearchSource> trained(
      List<String> problems, SupernetFolder folder, Supernet supernet) {
    return attempt(problems, () -> AccuracyPredictorFiles.read(folder, supernet))
        .flatMap(
            predictors ->
                attempt(
                    problems,
                    () ->
                        new SearchSource.TrainedSupernet(
                            emission(supernet, folder, predictors.conditions().calibrationImages()),
                            predictors)));
  }

  /** Calibrates on as many images as the measurements did that the predictors were fitted on. */
  private static EmissionInputs emission(
      Supernet supernet, SupernetFolder folder, int calibrationImages) {
    return new EmissionInputs(
        supernet,
        EvaluationImages.of(folder, supernet.dataset(), ImageSplit.TEST, calibrationImages));
  }

  /** Notes what a loader finds wrong with its input; anything else is a fault of the program. */
  private static <T> Optional<T> attempt(List<String> problems, Supplier<T> loading) {
    try {
      return Optional.of(loading.get());
    } catch (IllegalArgumentException
        | ArtefactException
        | DatasetException
        | InvalidDocumentException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }
}
