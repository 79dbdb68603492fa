package dev.espalier.training;

import java.util.Arrays;

/** The gradient of one subnet: one value a parameter, and which tensors the subnet uses. */
final class SubnetGradient {
  private final FlatParameters parameters;
  final float[] values;
  final boolean[] used;

  SubnetGradient(FlatParameters parameters) {
    this.parameters = parameters;
    this.values = new float[parameters.length()];
    this.used = new boolean[parameters.tensors().size()];
  }

  /** Forgets; values of tensors that are not used stay as they are, and mean nothing. */
  void clear() {
    Arrays.fill(used, false);
  }

  /** Takes the gradient of one tensor. */
  void set(String name, float[] gradient) {
    FlatParameters.Tensor tensor = parameters.tensor(name);
    used[parameters.index(name)] = true;
    System.arraycopy(gradient, 0, values, tensor.offset(), gradient.length);
  }
}
