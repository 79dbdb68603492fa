package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.space.Architecture;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Where the work of a search is done. What it returns does not depend on how it is divided. */
public interface SearchBackend {
  /** Scores candidates in parallel. */
  CandidateScorer scorer(AccuracyPredictor predictor, CostColumns columns);

  /**
   * Extracts, re-calibrates, emits and evaluates subnets in parallel.
   *
   * @param architectures distinct
   * @param stage hears of each that is done
   * @return one for each, in their order
   */
  List<EmittedSubnet> emit(EmissionInputs inputs, List<Architecture> architectures, Stage stage);

  /** Stores a table as one Parquet file; equal tables give equal bytes. */
  void write(ResultTable table, Path file);
}
