package dev.espalier.accuracy;

import org.slf4j.LoggerFactory;

/**
 * The inner loops of {@link DenseNetwork}. Every kernel adds in the same order and fuses the same
 * multiplications with additions, so all give the same bits for a row, whatever rows lie beside it.
 *
 * <p>Rows of values lie {@code stride} apart and are padded to multiples of {@link #PANEL}. Weights
 * of a product lie in panels: {@code panels[(o / PANEL · inputs + i) · PANEL + o % PANEL]} for
 * output {@code o} of input {@code i}, zero in the padding.
 *
 * <p>One thread of an AMD EPYC (family 26), a product of 128 rows with a 400 × 400 matrix: 150 to
 * 180 GFLOP/s by {@link VectorDenseKernel}, about 10 by {@link PlainDenseKernel}; {@code
 * DenseKernelBenchmark} measures them, OpenBLAS and PyTorch side by side.
 */
interface DenseKernel {
  /** Outputs of a panel. */
  int PANEL = 80;

  /** The least multiple of {@link #PANEL} that holds a width. */
  static int padded(int width) {
    return (width + PANEL - 1) / PANEL * PANEL;
  }

  /** The fastest kernel that this JVM can run. */
  static DenseKernel fastest() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      try {
        // By name: the class needs a module that a JVM has only when asked for it.
        return (DenseKernel)
            Class.forName("dev.espalier.accuracy.VectorDenseKernel")
                .getDeclaredConstructor()
                .newInstance();
      } catch (ReflectiveOperationException | LinkageError e) {
        LoggerFactory.getLogger(DenseKernel.class)
            .warn("products without vectors, which takes many times as long", e);
      }
    }
    return new PlainDenseKernel();
  }

  /** For logs. */
  String name();

  /**
   * Writes {@code bias} plus the chosen rows of a table, in their order.
   *
   * @param table rows of {@code bias.length} values
   * @param ones which rows, from {@code first}
   * @param sums receives {@code bias.length} values from {@code offset}
   */
  void sumRows(
      float[] bias, float[] table, int[] ones, int first, int count, float[] sums, int offset);

  /**
   * Adds to each row of {@code sums} the product of its row of {@code inputs} with the weights.
   *
   * @param width inputs of a row
   * @param inputStride between rows of inputs
   * @param outputs padded outputs, which is the stride of {@code sums}
   */
  void addProduct(
      float[] inputs,
      int rows,
      int width,
      int inputStride,
      float[] panels,
      float[] sums,
      int outputs);

  /** Replaces negative values by zero. */
  void relu(float[] values, int length);
}
