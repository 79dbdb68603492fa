package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchProblem;
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

  /** Searches on islands: each of a leg is one task. */
  IslandSearch.Runner islands(
      SearchEngine engine, SearchProblem problem, AccuracyPredictor predictor);

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

  /** Hears of subnets that were written in further formats, on the calling thread. */
  @FunctionalInterface
  interface DeploymentListener {
    /**
     * One is written and run.
     *
     * @param order its index among those given
     * @param outcomes one for each of its formats
     */
    void deployed(int order, List<FormatDeployment.Outcome> outcomes);
  }

  /**
   * Writes verified subnets in further formats and runs the files, in parallel.
   *
   * @param orders of distinct architectures
   * @param listener hears of each as soon as it is there, in any order
   */
  void deploy(
      EmissionInputs inputs, List<FormatDeployment.Order> orders, DeploymentListener listener);

  /** Stores a table as one Parquet file; equal tables in equal sections give equal bytes. */
  void write(SectionedTable table, Path file);
}
