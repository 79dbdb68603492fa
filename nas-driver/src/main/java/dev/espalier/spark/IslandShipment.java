package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.IslandLeg;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchProblem;
import dev.espalier.space.AdditiveFunction;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/**
 * A search on islands as it is broadcast.
 *
 * @param engine its name
 * @param predictor scores candidates; its space is searched
 * @param additive the additive accuracy model; at most one
 */
record IslandShipment(
    String engine,
    AccuracyPredictor predictor,
    TargetShipment targets,
    List<AdditiveFunction> additive) {
  static IslandShipment of(
      SearchEngine engine, SearchProblem problem, AccuracyPredictor predictor) {
    return new IslandShipment(
        engine.name(),
        predictor,
        new TargetShipment(problem.targets()),
        List.copyOf(problem.additiveAccuracy().stream().toList()));
  }

  /** What runs on an executor. */
  record Sailing(Broadcast<IslandShipment> shipment) implements Serializable {
    IslandLeg.Found sail(IslandLeg.Ticket ticket) {
      IslandShipment common = shipment.value();
      IslandLeg leg = IslandLeg.of(ticket);
      SearchProblem problem =
          new SearchProblem(
              common.predictor().space(),
              common.targets().targets(),
              common.additive().isEmpty()
                  ? Optional.empty()
                  : Optional.of(common.additive().get(0)),
              leg.settings());
      CostColumns columns = CostColumns.of(problem.targets());
      // Islands fill the cores: each scores on its own thread.
      CandidateScorer scorer =
          (codes, count, accuracies, costs) -> {
            common.predictor().predict(codes, count, accuracies);
            columns.costs(codes, count, costs);
          };
      return IslandSearch.run(SearchEngine.named(common.engine()), problem, leg, scorer);
    }
  }
}
