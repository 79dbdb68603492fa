package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.SolvedTarget;
import dev.espalier.search.TargetTask;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.Architecture;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Where the work of a search is done. What it returns does not depend on how it is divided. */
public interface SearchBackend {
  /** Scores candidates in parallel. */
  CandidateScorer scorer(AccuracyPredictor predictor, CostColumns columns);

  /** Hears of targets that are solved, on the calling thread. */
  @FunctionalInterface
  interface SolvedListener {
    /**
     * One is solved.
     *
     * @param target its index among those asked for
     */
    void solved(int target, SolvedTarget result);
  }

  /**
   * Solves targets one by one, in parallel; none waits for another.
   *
   * @param listener hears of each as soon as it is there, in any order
   */
  void solve(
      TargetwiseEngine engine,
      TargetTask task,
      List<SearchTarget> targets,
      SolvedListener listener);

  /**
   * Extracts, re-calibrates, emits and evaluates subnets in parallel.
   *
   * @param architectures distinct
   * @param stage hears of each that is done
   * @return one for each, in their order
   */
  List<EmittedSubnet> emit(EmissionInputs inputs, List<Architecture> architectures, Stage stage);

  /** Stores a table as one Parquet file; equal tables in equal sections give equal bytes. */
  void write(SectionedTable table, Path file);
}
