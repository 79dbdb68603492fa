package dev.espalier.accuracy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;

/**
 * A weighted sum of the features of an {@link AdditiveBasis}, compiled to one table per slot: the
 * form of accuracy that dynamic programming over slots optimises exactly. What it was fitted to,
 * and how close it comes, its holders say. Immutable, thread-safe, serialisable.
 */
public final class AdditiveWeighting implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient AdditiveBasis basis;
  private final transient double intercept;
  private final transient double[] coefficients;
  private final transient AdditiveFunction function;

  /**
   * Compiles a weighting of a basis.
   *
   * @param intercept fraction
   * @param coefficients fraction, by feature of the basis
   * @throws IllegalArgumentException if there is not one finite coefficient per feature
   */
  public AdditiveWeighting(AdditiveBasis basis, double intercept, double[] coefficients) {
    if (!Double.isFinite(intercept)) {
      throw new IllegalArgumentException("intercept " + intercept + " is not finite");
    }
    this.basis = basis;
    this.intercept = intercept;
    this.coefficients = coefficients.clone();
    this.function = basis.function(intercept, coefficients);
  }

  /**
   * The sum of two weightings of the same features.
   *
   * @throws IllegalArgumentException if the other is of another space or order
   */
  public AdditiveWeighting plus(AdditiveWeighting other) {
    if (!other.space().equals(space()) || other.basis.order() != basis.order()) {
      throw new IllegalArgumentException(
          "weightings of order %d and %d cannot be added: both must weigh the same features of the same space"
              .formatted(basis.order(), other.basis.order()));
    }
    double[] sums = coefficients.clone();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.coefficients[i];
    }
    return new AdditiveWeighting(basis, intercept + other.intercept, sums);
  }

  /** The features it weighs. */
  public AdditiveBasis basis() {
    return basis;
  }

  SearchSpace space() {
    return basis.space();
  }

  /** The sum, not limited to between 0 and 1. */
  public AdditiveFunction function() {
    return function;
  }

  double intercept() {
    return intercept;
  }

  double coefficient(int feature) {
    return coefficients[feature];
  }

  /**
   * The sums of many architectures, limited to between 0 and 1; one table read per slot each.
   *
   * @param codes flat canonical codes, {@code (count, decisions)}
   * @param accuracies receives {@code count} fractions, never NaN
   */
  void predict(byte[] codes, int count, double[] accuracies) {
    function.at(codes, count, accuracies);
    for (int i = 0; i < count; i++) {
      accuracies[i] = Math.max(0, Math.min(1, accuracies[i]));
    }
  }

  private Object writeReplace() {
    return new SerializedForm(
        SpaceDefinition.of(basis.space()), basis.order(), intercept, coefficients);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("an additive weighting is read through its proxy");
  }

  /** The basis travels as its space and order. */
  private static final class SerializedForm implements Serializable {
    private static final long serialVersionUID = 1;

    private final SpaceDefinition space;
    private final int order;
    private final double intercept;
    private final double[] coefficients;

    SerializedForm(SpaceDefinition space, int order, double intercept, double[] coefficients) {
      this.space = space;
      this.order = order;
      this.intercept = intercept;
      this.coefficients = coefficients;
    }

    private Object readResolve() {
      return new AdditiveWeighting(
          new AdditiveBasis(space.space(), order), intercept, coefficients);
    }
  }
}
