package dev.espalier.nightly;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.nightly.NightState.BudgetState;
import dev.espalier.nightly.NightState.TargetState;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.SearchInputs;
import dev.espalier.run.SearchResult;
import dev.espalier.run.SearchRun;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.EspalierSpark;
import dev.espalier.spark.SparkSearchBackend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches the targets that a night has to, on Spark, from where their last search ended. */
final class NightSearch {
  private static final Logger LOG = LoggerFactory.getLogger(NightSearch.class);

  private static final String APPLICATION = "espalier nightly";

  /** Architectures of the last fronts that a search is offered; engines take fewer. */
  private static final int MOST_OFFERED = 4096;

  private final ModelTimer timer;
  private final Progress progress;
  private final SortedMap<String, String> versions;

  NightSearch(ModelTimer timer, Progress progress, SortedMap<String, String> versions) {
    this.timer = timer;
    this.progress = progress;
    this.versions = versions;
  }

  /**
   * Searches and publishes the run in the store's place of work. A running Spark session is used
   * and left running; otherwise one is started for it.
   *
   * @param inputs with at least one target
   * @param last the state before, whose fronts and models the search begins with
   */
  SearchResult run(SearchInputs inputs, NightlyStore store, NightState last) {
    boolean running =
        SparkSession.getDefaultSession().isDefined()
            && !SparkSession.getDefaultSession().get().sparkContext().isStopped();
    SparkSession session = EspalierSpark.session(APPLICATION);
    try {
      return SearchRun.builder()
          .storage(new Storage(session.sparkContext().hadoopConfiguration()))
          .backend(new SparkSearchBackend(session, inputs.request().partitions()))
          .timer(timer)
          .progress(progress)
          .versions(versions)
          .warmStart(warmStart(session, inputs, store, last))
          // Of a part of the fleet nobody can say that a budget is met nowhere.
          .unmet(last.isNothing() ? SearchRun.Unmet.REFUSED : SearchRun.Unmet.ANSWERED)
          .build()
          .run(inputs, store.work());
    } finally {
      if (!running) {
        session.stop();
      }
    }
  }

  /** Models that are deployed, then points of the last fronts, evenly of each target in turn. */
  private static List<Architecture> warmStart(
      SparkSession session, SearchInputs inputs, NightlyStore store, NightState last) {
    if (inputs.request().engine().engine() instanceof TargetwiseEngine) {
      return List.of();
    }
    Set<String> codes = new LinkedHashSet<>();
    Map<String, Set<String>> answered = new TreeMap<>(); // targets by the night of their answers
    for (var target : inputs.targets()) {
      TargetState state = last.targets().get(target.name());
      if (state != null) {
        for (BudgetState budget : state.budgets().values()) {
          Optional.ofNullable(budget.deployed()).map(Deployed::code).ifPresent(codes::add);
        }
        answered.computeIfAbsent(state.answers(), n -> new LinkedHashSet<>()).add(target.name());
      }
    }
    List<List<String>> fronts = new ArrayList<>();
    int share = Math.max(1, MOST_OFFERED / Math.max(1, inputs.targets().size()));
    answered.forEach(
        (night, targets) ->
            fronts(session, store, night, targets)
                .values()
                .forEach(front -> fronts.add(spread(front, share))));
    for (int i = 0; i < share; i++) {
      for (List<String> front : fronts) {
        if (i < front.size()) {
          codes.add(front.get(i));
        }
      }
    }
    SearchSpace space = inputs.source().space();
    List<Architecture> start = new ArrayList<>();
    codes.forEach(code -> network(space, code).ifPresent(start::add));
    LOG.info("{} architectures of the last fronts are offered to begin with", start.size());
    return start;
  }

  /** Codes of fronts in their order, by target; none where the run is damaged. */
  private static SortedMap<String, List<String>> fronts(
      SparkSession session, NightlyStore store, String night, Set<String> targets) {
    SortedMap<String, List<String>> fronts = new TreeMap<>();
    Path table = new Path(new Path(store.night(night), NightlyStore.RUN), "fronts.parquet");
    try {
      // Sorted here: to sort, Spark would ship types that a session of searches does not register.
      List<Row> rows =
          new ArrayList<>(
              session
                  .read()
                  .parquet(table.toString())
                  .filter(functions.col("target").isin(targets.toArray()))
                  .select("target", "position", "code")
                  .collectAsList());
      rows.sort(Comparator.comparing((Row r) -> r.getString(0)).thenComparing(r -> r.getInt(1)));
      for (Row row : rows) {
        fronts.computeIfAbsent(row.getString(0), t -> new ArrayList<>()).add(row.getString(2));
      }
    } catch (Exception e) { // Spark's checked exceptions are undeclared
      LOG.warn("{} cannot be read, so that the search begins without it: {}", table, e.toString());
    }
    return fronts;
  }

  /** So many of a list, evenly. */
  static <T> List<T> spread(List<T> all, int count) {
    int taken = Math.min(count, all.size());
    List<T> chosen = new ArrayList<>(taken);
    for (int i = 0; i < taken; i++) {
      chosen.add(all.get((int) ((long) i * all.size() / taken)));
    }
    return chosen;
  }

  /** The network of a code; empty where it is none of the space, which may have changed. */
  static Optional<Architecture> network(SearchSpace space, String code) {
    try {
      Architecture architecture = Architecture.ofHex(code);
      return space.architecture(architecture.toBytes()).equals(architecture)
          ? Optional.of(architecture)
          : Optional.empty();
    } catch (IllegalArgumentException | ArtefactException e) {
      return Optional.empty();
    }
  }
}
