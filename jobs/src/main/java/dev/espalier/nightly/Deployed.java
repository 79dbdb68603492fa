package dev.espalier.nightly;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model that devices of a target run for one budget, or where the fleet has no supernet the
 * architecture that is selected. A component is null where nothing is known.
 *
 * @param night whose run holds it
 * @param code of its architecture
 * @param architecture in its readable form
 * @param source digest of the supernet or predictor it was found with
 * @param space digest of the definition of its search space
 * @param predictedAccuracy fraction of 1, as predicted tonight
 * @param measuredAccuracy fraction of 1, from its file; null for an architecture alone
 * @param images that it was measured on
 * @param imagesDigest which images these were
 * @param logitDifference between file and supernet, relative to the logits' range
 * @param costs as predicted tonight, by quantity in its unit
 * @param latencyClaim what the latency claims to be
 * @param file of the model in its run; null for an architecture alone
 * @param bytes of that file
 * @param sha256 of that file
 */
public record Deployed(
    String night,
    String code,
    String architecture,
    String source,
    String space,
    double predictedAccuracy,
    Double measuredAccuracy,
    Integer images,
    String imagesDigest,
    Double logitDifference,
    SortedMap<String, Double> costs,
    String latencyClaim,
    String file,
    Long bytes,
    String sha256) {
  public Deployed {
    costs = Collections.unmodifiableSortedMap(new TreeMap<>(costs));
  }

  /** The same model with what is predicted of it tonight. */
  Deployed seenAgain(double accuracy, SortedMap<String, Double> costsNow, String claim) {
    return new Deployed(
        night,
        code,
        architecture,
        source,
        space,
        accuracy,
        measuredAccuracy,
        images,
        imagesDigest,
        logitDifference,
        costsNow,
        claim,
        file,
        bytes,
        sha256);
  }

  /** Measured where it was built, else predicted. */
  double accuracy() {
    return measuredAccuracy == null ? predictedAccuracy : measuredAccuracy;
  }
}
