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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
   * @throws InvalidRequestException with every problem: unknown names, files that are damaged,
   *     missing or altered, tables that lack operators, an output folder that is not vacant
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
    List<CostModel> targets = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String target : request.targets()) {
      Optional<HardwareProfile> profile = attempt(problems, () -> profiles.read(target));
      if (profile.isPresent() && !names.add(profile.get().name())) {
        problems.add(
            "targets: %s is profile %s, which is listed before"
                .formatted(target, profile.get().name()));
      }
      profile
          .flatMap(p -> space.flatMap(s -> attempt(problems, () -> CostModel.compile(s, p))))
          .ifPresent(targets::add);
    }
    if (!problems.isEmpty()) {
      throw new InvalidRequestException("the request", problems);
    }
    return new SearchInputs(request, source.orElseThrow(), targets);
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
