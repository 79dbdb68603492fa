package dev.espalier.job;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.report.RunReport;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.EvaluationRequest;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.Progress.Stage;
import dev.espalier.run.SearchInputs;
import dev.espalier.run.SearchInputsLoader;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.run.SearchRun;
import dev.espalier.run.SearchSource.TrainedSupernet;
import dev.espalier.space.Architecture;
import dev.espalier.spark.AdaptiveEvaluation;
import dev.espalier.spark.EspalierSpark;
import dev.espalier.spark.SparkSearchBackend;
import dev.espalier.spark.SubnetEvaluation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A search on Spark. */
public final class SearchJob {
  private static final Logger LOG = LoggerFactory.getLogger(SearchJob.class);
  private static final String APPLICATION = "espalier search";
  private static final String DEFAULT_REQUEST = "default-search.yaml";

  private final Home home;
  private final ModelTimer timer;
  private final SortedMap<String, String> versions;
  private final Progress progress;

  /**
   * A job.
   *
   * @param timer of emitted models
   * @param versions that run records state, by name
   */
  public SearchJob(
      Home home, ModelTimer timer, SortedMap<String, String> versions, Progress progress) {
    this.home = home;
    this.timer = timer;
    this.versions = versions;
    this.progress = progress;
  }

  /** The request that is embedded. */
  public static SearchRequest defaultRequest() {
    try (InputStream in = SearchJob.class.getResourceAsStream(DEFAULT_REQUEST)) {
      return SearchRequestReader.read(
          "the embedded request", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Storage as Spark's configuration describes it, before a session is started. */
  public static Storage storage() {
    return new Storage(SparkHadoopUtil.get().newConfiguration(EspalierSpark.conf(APPLICATION)));
  }

  /**
   * Loads and checks everything, starts Spark, searches, verifies and publishes; then writes the
   * report into the run.
   *
   * @throws dev.espalier.run.InvalidRequestException with every problem of the request, before
   *     anything was written
   */
  public SearchResult run(SearchRequest request, Path output) {
    Storage storage = storage();
    SearchInputs loaded =
        new SearchInputsLoader(storage, home.supernets(storage), home.profiles(storage))
            .load(request, output);
    SparkSession session = EspalierSpark.session(APPLICATION);
    try {
      SearchInputs inputs =
          request.evaluation().isPresent()
              ? evaluated(session, loaded, request.evaluation().get())
              : loaded;
      SearchResult result =
          SearchRun.builder()
              .storage(new Storage(session.sparkContext().hadoopConfiguration()))
              .backend(new SparkSearchBackend(session, request.partitions()))
              .timer(timer)
              .progress(progress)
              .versions(versions)
              .build()
              .run(inputs, output);
      writeReport(storage, result);
      return result;
    } finally {
      session.stop();
    }
  }

  /** The run is whole without it: whatever goes wrong here is said and no failure of the search. */
  private void writeReport(Storage storage, SearchResult result) {
    try {
      RunReport.of(storage, result.folder()).write();
    } catch (RuntimeException e) {
      LOG.warn("no report of {}", result.folder(), e);
      progress.note(
          "The run is published without its report (%s): './espalier report %s' makes it."
              .formatted(e.getMessage(), result.folder()));
    }
  }

  /** The same inputs with predictors refitted to subnets that were evaluated for it. */
  private SearchInputs evaluated(
      SparkSession session, SearchInputs inputs, EvaluationRequest evaluation) {
    Storage storage = new Storage(session.sparkContext().hadoopConfiguration());
    TrainedSupernet trained = (TrainedSupernet) inputs.source();
    SupernetFolder folder = home.supernets(storage).open(inputs.request().source().name());
    Supernet supernet = trained.emission().supernet();
    SubnetEvaluation subnets =
        new SubnetEvaluation(
            session,
            supernet,
            // What predictors are fitted on is never what models are judged by.
            EvaluationImages.of(
                folder,
                supernet.dataset(),
                ImageSplit.VALIDATION,
                trained.emission().images().calibration().count()),
            evaluation.measurements().map(Path::new).orElse(home.measurements()));
    AdaptiveEvaluation adaptive =
        new AdaptiveEvaluation(
            session,
            supernet.space(),
            inputs.targets().stream().map(t -> t.latencyMicros()).toList(),
            new AdaptiveEvaluation.Settings(
                evaluation.most(),
                evaluation.perRound(),
                evaluation.patienceRounds(),
                inputs.request().seed()));
    try (Stage stage =
        progress.begin(
            "evaluating up to " + evaluation.most() + " subnets and refitting",
            evaluation.most())) {
      AdaptiveEvaluation.Outcome outcome =
          adaptive.run(
              Optional.of(new AdaptiveEvaluation.Prior(trained.accurate(), trained.additive())),
              new AdaptiveEvaluation.Measurer() {
                private int done;

                @Override
                public List<AccuracyMeasurement> measure(List<Architecture> architectures) {
                  int before = done;
                  List<AccuracyMeasurement> measured =
                      subnets.measure(architectures, p -> stage.done(before + p.done()));
                  done += measured.size();
                  return measured;
                }
              },
              round -> progress.note(round.words()));
      progress.note(
          "evaluated %d subnets: %s".formatted(outcome.measured().size(), outcome.stop().words()));
      return new SearchInputs(
          inputs.request(),
          new TrainedSupernet(trained.emission(), outcome.accurate(), outcome.additive()),
          inputs.targets(),
          inputs.failed());
    }
  }
}
