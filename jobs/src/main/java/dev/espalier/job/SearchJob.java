package dev.espalier.job;

import dev.espalier.artefact.Storage;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.SearchInputs;
import dev.espalier.run.SearchInputsLoader;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.run.SearchRun;
import dev.espalier.spark.EspalierSpark;
import dev.espalier.spark.SparkSearchBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;

/** A search on Spark. */
public final class SearchJob {
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
   * Loads and checks everything, starts Spark, searches, verifies and publishes.
   *
   * @throws dev.espalier.run.InvalidRequestException with every problem of the request, before
   *     anything was written
   */
  public SearchResult run(SearchRequest request, Path output) {
    Storage storage = storage();
    SearchInputs inputs =
        new SearchInputsLoader(storage, home.supernets(storage), home.profiles(storage))
            .load(request, output);
    SparkSession session = EspalierSpark.session(APPLICATION);
    try {
      return SearchRun.builder()
          .storage(new Storage(session.sparkContext().hadoopConfiguration()))
          .backend(new SparkSearchBackend(session, request.partitions()))
          .timer(timer)
          .progress(progress)
          .versions(versions)
          .build()
          .run(inputs, output);
    } finally {
      session.stop();
    }
  }
}
