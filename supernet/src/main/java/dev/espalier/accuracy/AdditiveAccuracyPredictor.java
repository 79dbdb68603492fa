package dev.espalier.accuracy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;

/**
 * Predicts accuracy as a constant plus one term per slot, the form that dynamic programming over
 * slots optimises exactly.
 *
 * <p>A candidate costs one table read per slot. {@link #predict} limits the sum to between 0 and 1;
 * {@link #function()} does not, and orders architectures alike. Immutable, thread-safe,
 * serialisable.
 */
public final class AdditiveAccuracyPredictor implements JudgedAccuracyPredictor, Serializable {
  private static final long serialVersionUID = 1;

  private final transient AdditiveBasis basis;
  private final transient double intercept;
  private final transient double[] coefficients;
  private final transient AdditiveFunction function;
  private final transient PredictorError error;

  /**
   * Compiles a weighting of a basis.
   *
   * @param intercept fraction
   * @param coefficients fraction, by feature of the basis
   * @throws IllegalArgumentException if there is not one finite coefficient per feature
   */
  public AdditiveAccuracyPredictor(
      AdditiveBasis basis, double intercept, double[] coefficients, PredictorError error) {
    if (!Double.isFinite(intercept)) {
      throw new IllegalArgumentException("intercept " + intercept + " is not finite");
    }
    this.basis = basis;
    this.intercept = intercept;
    this.coefficients = coefficients.clone();
    this.function = basis.function(intercept, coefficients);
    this.error = error;
  }

  @Override
  public String kind() {
    return "additive";
  }

  @Override
  public SearchSpace space() {
    return basis.space();
  }

  @Override
  public PredictorError error() {
    return error;
  }

  /** The unlimited sum, for engines that optimise it slot by slot. */
  public AdditiveFunction function() {
    return function;
  }

  /** The features it weighs. */
  public AdditiveBasis basis() {
    return basis;
  }

  double intercept() {
    return intercept;
  }

  double coefficient(int feature) {
    return coefficients[feature];
  }

  @Override
  public void predict(byte[] codes, int count, double[] accuracies) {
    function.at(codes, count, accuracies);
    for (int i = 0; i < count; i++) {
      accuracies[i] = Math.max(0, Math.min(1, accuracies[i]));
    }
  }

  private Object writeReplace() {
    return new SerializedForm(
        SpaceDefinition.of(basis.space()), basis.order(), intercept, coefficients, error);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("an additive accuracy predictor is read through its proxy");
  }

  /** The basis travels as its space and order. */
  private static final class SerializedForm implements Serializable {
    private static final long serialVersionUID = 1;

    private final SpaceDefinition space;
    private final int order;
    private final double intercept;
    private final double[] coefficients;
    private final PredictorError error;

    SerializedForm(
        SpaceDefinition space,
        int order,
        double intercept,
        double[] coefficients,
        PredictorError error) {
      this.space = space;
      this.order = order;
      this.intercept = intercept;
      this.coefficients = coefficients;
      this.error = error;
    }

    private Object readResolve() {
      return new AdditiveAccuracyPredictor(
          new AdditiveBasis(space.space(), order), intercept, coefficients, error);
    }
  }
}
