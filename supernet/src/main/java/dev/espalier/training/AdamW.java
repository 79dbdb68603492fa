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
   * Takes one step.
   *
   * @param step counted from 1
   * @param used which tensors have a gradient
   * @param gradientScale multiplies every gradient (clipping)
   */
  void step(
      TrainingState state,
      long step,
      float[] gradient,
      boolean[] used,
      double gradientScale,
      double rate) {
    double correction1 = 1 - Math.pow(BETA1, step);
    double correction2 = 1 - Math.pow(BETA2, step);
    float[] w = state.weights;
    float[] m = state.firstMoment;
    float[] v = state.secondMoment;
    for (int t = 0; t < used.length; t++) {
      if (!used[t]) {
        continue;
      }
      FlatParameters.Tensor tensor = parameters.tensors().get(t);
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
}
