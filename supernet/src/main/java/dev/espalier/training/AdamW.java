package dev.espalier.training;

/**
 * AdamW (Loshchilov and Hutter, ICLR 2019, algorithm 2) on one flat array.
 *
 * <p>DJL's optimisers keep their moments to themselves; here they are plain arrays, so that a
 * resumed training takes the very same steps. Tensors that no subnet of a step used are left alone,
 * moments included.
 */
final class AdamW {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final FlatParameters parameters;
  private final double weightDecay;

  AdamW(FlatParameters parameters, double weightDecay) {
    this.parameters = parameters;
    this.weightDecay = weightDecay;
  }

  /**
   * Takes one step with one tensor; different tensors may be stepped in parallel.
   *
   * @param state whose {@code steps} counts this step, from 1
   * @param index of the tensor
   * @param gradient of all parameters
   * @param gradientScale multiplies the gradient (clipping)
   */
  void step(TrainingState state, int index, float[] gradient, double gradientScale, double rate) {
    double correction1 = 1 - Math.pow(BETA1, state.steps);
    double correction2 = 1 - Math.pow(BETA2, state.steps);
    float[] w = state.weights;
    float[] m = state.firstMoment;
    float[] v = state.secondMoment;
    FlatParameters.Tensor tensor = parameters.tensors().get(index);
    double decay = tensor.decays() ? 1 - rate * weightDecay : 1;
    for (int i = tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
      double g = gradient[i] * gradientScale;
      double first = BETA1 * m[i] + (1 - BETA1) * g;
      double second = BETA2 * v[i] + (1 - BETA2) * g * g;
      m[i] = (float) first;
      v[i] = (float) second;
      w[i] =
          (float)
              (w[i] * decay
                  - rate * (first / correction1) / (Math.sqrt(second / correction2) + EPSILON));
    }
  }
}
