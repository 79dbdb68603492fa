package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.accuracy.StoredPredictorFolder;
import dev.espalier.artefact.ArtefactException;
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
    TargetSources sources = new TargetSources(storage, profiles);
    List<TargetSource> named = new ArrayList<>();
    for (TargetRequest target : request.targets()) {
      attempt(problems, () -> sources.of(target)).ifPresent(named::addAll);
    }
    List<Loaded> loaded = named.parallelStream().map(one -> Loaded.of(one, space)).toList();
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
   * @param target absent where it failed, or where there is no space to compile it for
   */
  private record Loaded(
      String label, String name, Optional<Target> target, Optional<FailedTarget> failed) {
    /** Reads a profile and compiles it; its tables are dropped. */
    static Loaded of(TargetSource source, Optional<SearchSpace> space) {
      List<String> problems = new ArrayList<>();
      Optional<HardwareProfile> profile = attempt(problems, source.profile());
      String name =
          source
              .name()
              .or(() -> profile.map(HardwareProfile::name))
              .orElseGet(() -> new Path(source.label()).getName());
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
