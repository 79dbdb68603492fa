package dev.espalier.accuracy;

import java.io.Serializable;

/**
 * What a sum of one term per slot catches of another predictor: fitted to that predictor's own
 * predictions, so that dynamic programming over slots can optimise it in the other's place.
 *
 * <p>It carries its {@link PredictorAgreement} with the other and no measured error: what is
 * optimal for it is optimal for the other but for the residuals. Immutable, thread-safe,
 * serialisable.
 */
public final class AdditivePart implements AdditivePredictor, Serializable {
  private static final long serialVersionUID = 1;

  private final AdditiveWeighting weighting;
  private final String approximated;
  private final PredictorAgreement agreement;
  private final PredictorAgreement nearFront;

  /**
   * Joins a weighting and how close it comes.
   *
   * @param approximated kind of the predictor that it was fitted to, as in {@code MLP}
   * @param agreement with that predictor on random architectures
   * @param nearFront the same on architectures near its front of accuracy and MACs, where searches
   *     end
   */
  public AdditivePart(
      AdditiveWeighting weighting,
      String approximated,
      PredictorAgreement agreement,
      PredictorAgreement nearFront) {
    this.weighting = weighting;
    this.approximated = approximated;
    this.agreement = agreement;
    this.nearFront = nearFront;
  }

  @Override
  public String kind() {
    return "additive part of " + approximated;
  }

  @Override
  public String errorWords() {
    return nearFront.words();
  }

  /**
   * How close it comes to the predictor that it was fitted to, on random architectures; not a
   * measured error.
   */
  public PredictorAgreement agreement() {
    return agreement;
  }

  /** The same near the front of accuracy and MACs, where searches end. */
  public PredictorAgreement nearFront() {
    return nearFront;
  }

  @Override
  public AdditiveWeighting weighting() {
    return weighting;
  }
}
