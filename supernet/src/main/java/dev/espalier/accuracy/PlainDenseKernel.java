package dev.espalier.accuracy;

/** Plain loops, for JVMs without the incubating vector module. */
final class PlainDenseKernel implements DenseKernel {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public void sumRows(
      float[] bias, float[] table, int[] ones, int first, int count, float[] sums, int offset) {
    int width = bias.length;
    System.arraycopy(bias, 0, sums, offset, width);
    for (int i = first; i < first + count; i++) {
      int row = ones[i] * width;
      for (int o = 0; o < width; o++) {
        sums[offset + o] += table[row + o];
      }
    }
  }

  @Override
  public void addProduct(
      float[] inputs,
      int rows,
      int width,
      int inputStride,
      float[] panels,
      float[] sums,
      int outputs) {
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < outputs; o += PANEL) {
        for (int i = 0; i < width; i++) {
          float x = inputs[row * inputStride + i];
          if (x != 0) { // ReLU leaves many zeros, which add nothing
            int weight = o * width + i * PANEL;
            int sum = row * outputs + o;
            for (int p = 0; p < PANEL; p++) {
              sums[sum + p] = Math.fma(x, panels[weight + p], sums[sum + p]);
            }
          }
        }
      }
    }
  }

  @Override
  public void relu(float[] values, int length) {
    for (int i = 0; i < length; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }
}
