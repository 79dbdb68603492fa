package dev.espalier.run;

import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.cost.CostModel;
import java.util.List;

/**
 * Everything a request names, loaded and checked.
 *
 * @param request what is asked
 * @param emission supernet and images
 * @param predictor the most accurate one of the supernet
 * @param additive the one that {@code exact} can use
 * @param targets one cost model for each of the request's targets, in its order
 */
public record SearchInputs(
    SearchRequest request,
    EmissionInputs emission,
    JudgedAccuracyPredictor predictor,
    AdditiveAccuracyPredictor additive,
    List<CostModel> targets) {
  public SearchInputs {
    targets = List.copyOf(targets);
  }
}
