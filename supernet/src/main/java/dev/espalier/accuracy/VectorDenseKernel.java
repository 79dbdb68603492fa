package dev.espalier.accuracy;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products in tiles of some rows and five vectors, whose sums stay in registers while the inputs
 * pass: 20 sums, five weights and an input fill most of the 32 registers of AVX-512; where there
 * are 16, tiles have two rows. A panel's part of {@link #BLOCK} inputs fits the first-level cache.
 */
final class VectorDenseKernel implements DenseKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int L = SPECIES.length();
  private static final int TILE = 5 * L;
  private static final int BLOCK = 100;
  private static final int WIDE = 16;

  VectorDenseKernel() {
    if (PANEL % TILE != 0) {
      throw new UnsupportedOperationException("vectors of " + L + " floats do not divide a panel");
    }
  }

  @Override
  public String name() {
    return "vectors of " + L;
  }

  @Override
  public void sumRows(
      float[] bias, float[] table, int[] ones, int first, int count, float[] sums, int offset) {
    int width = bias.length;
    for (int o = 0; o < width; o += TILE) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, bias, o);
      FloatVector s1 = FloatVector.fromArray(SPECIES, bias, o + L);
      FloatVector s2 = FloatVector.fromArray(SPECIES, bias, o + 2 * L);
      FloatVector s3 = FloatVector.fromArray(SPECIES, bias, o + 3 * L);
      FloatVector s4 = FloatVector.fromArray(SPECIES, bias, o + 4 * L);
      for (int i = first; i < first + count; i++) {
        int row = ones[i] * width + o;
        s0 = s0.add(FloatVector.fromArray(SPECIES, table, row));
        s1 = s1.add(FloatVector.fromArray(SPECIES, table, row + L));
        s2 = s2.add(FloatVector.fromArray(SPECIES, table, row + 2 * L));
        s3 = s3.add(FloatVector.fromArray(SPECIES, table, row + 3 * L));
        s4 = s4.add(FloatVector.fromArray(SPECIES, table, row + 4 * L));
      }
      s0.intoArray(sums, offset + o);
      s1.intoArray(sums, offset + o + L);
      s2.intoArray(sums, offset + o + 2 * L);
      s3.intoArray(sums, offset + o + 3 * L);
      s4.intoArray(sums, offset + o + 4 * L);
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
    for (int o = 0; o < outputs; o += TILE) {
      int panel = o / PANEL * PANEL * width + o % PANEL;
      for (int from = 0; from < width; from += BLOCK) {
        int to = Math.min(width, from + BLOCK);
        int row = 0;
        if (L == WIDE) {
          for (; row + 3 < rows; row += 4) {
            four(
                inputs,
                row * inputStride,
                inputStride,
                from,
                to,
                panels,
                panel,
                sums,
                row * outputs + o,
                outputs);
          }
        }
        for (; row + 1 < rows; row += 2) {
          two(
              inputs,
              row * inputStride,
              inputStride,
              from,
              to,
              panels,
              panel,
              sums,
              row * outputs + o,
              outputs);
        }
        if (row < rows) {
          one(inputs, row * inputStride, from, to, panels, panel, sums, row * outputs + o);
        }
      }
    }
  }

  private static void four(
      float[] inputs,
      int input,
      int inputStride,
      int from,
      int to,
      float[] panels,
      int panel,
      float[] sums,
      int sum,
      int outputs) {
    int x1 = input + inputStride;
    int x2 = x1 + inputStride;
    int x3 = x2 + inputStride;
    int s1 = sum + outputs;
    int s2 = s1 + outputs;
    int s3 = s2 + outputs;
    FloatVector a0 = FloatVector.fromArray(SPECIES, sums, sum);
    FloatVector a1 = FloatVector.fromArray(SPECIES, sums, sum + L);
    FloatVector a2 = FloatVector.fromArray(SPECIES, sums, sum + 2 * L);
    FloatVector a3 = FloatVector.fromArray(SPECIES, sums, sum + 3 * L);
    FloatVector a4 = FloatVector.fromArray(SPECIES, sums, sum + 4 * L);
    FloatVector b0 = FloatVector.fromArray(SPECIES, sums, s1);
    FloatVector b1 = FloatVector.fromArray(SPECIES, sums, s1 + L);
    FloatVector b2 = FloatVector.fromArray(SPECIES, sums, s1 + 2 * L);
    FloatVector b3 = FloatVector.fromArray(SPECIES, sums, s1 + 3 * L);
    FloatVector b4 = FloatVector.fromArray(SPECIES, sums, s1 + 4 * L);
    FloatVector c0 = FloatVector.fromArray(SPECIES, sums, s2);
    FloatVector c1 = FloatVector.fromArray(SPECIES, sums, s2 + L);
    FloatVector c2 = FloatVector.fromArray(SPECIES, sums, s2 + 2 * L);
    FloatVector c3 = FloatVector.fromArray(SPECIES, sums, s2 + 3 * L);
    FloatVector c4 = FloatVector.fromArray(SPECIES, sums, s2 + 4 * L);
    FloatVector d0 = FloatVector.fromArray(SPECIES, sums, s3);
    FloatVector d1 = FloatVector.fromArray(SPECIES, sums, s3 + L);
    FloatVector d2 = FloatVector.fromArray(SPECIES, sums, s3 + 2 * L);
    FloatVector d3 = FloatVector.fromArray(SPECIES, sums, s3 + 3 * L);
    FloatVector d4 = FloatVector.fromArray(SPECIES, sums, s3 + 4 * L);
    for (int i = from; i < to; i++) {
      int w = panel + i * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, panels, w);
      FloatVector w1 = FloatVector.fromArray(SPECIES, panels, w + L);
      FloatVector w2 = FloatVector.fromArray(SPECIES, panels, w + 2 * L);
      FloatVector w3 = FloatVector.fromArray(SPECIES, panels, w + 3 * L);
      FloatVector w4 = FloatVector.fromArray(SPECIES, panels, w + 4 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, inputs[input + i]);
      a0 = x.fma(w0, a0);
      a1 = x.fma(w1, a1);
      a2 = x.fma(w2, a2);
      a3 = x.fma(w3, a3);
      a4 = x.fma(w4, a4);
      x = FloatVector.broadcast(SPECIES, inputs[x1 + i]);
      b0 = x.fma(w0, b0);
      b1 = x.fma(w1, b1);
      b2 = x.fma(w2, b2);
      b3 = x.fma(w3, b3);
      b4 = x.fma(w4, b4);
      x = FloatVector.broadcast(SPECIES, inputs[x2 + i]);
      c0 = x.fma(w0, c0);
      c1 = x.fma(w1, c1);
      c2 = x.fma(w2, c2);
      c3 = x.fma(w3, c3);
      c4 = x.fma(w4, c4);
      x = FloatVector.broadcast(SPECIES, inputs[x3 + i]);
      d0 = x.fma(w0, d0);
      d1 = x.fma(w1, d1);
      d2 = x.fma(w2, d2);
      d3 = x.fma(w3, d3);
      d4 = x.fma(w4, d4);
    }
    a0.intoArray(sums, sum);
    a1.intoArray(sums, sum + L);
    a2.intoArray(sums, sum + 2 * L);
    a3.intoArray(sums, sum + 3 * L);
    a4.intoArray(sums, sum + 4 * L);
    b0.intoArray(sums, s1);
    b1.intoArray(sums, s1 + L);
    b2.intoArray(sums, s1 + 2 * L);
    b3.intoArray(sums, s1 + 3 * L);
    b4.intoArray(sums, s1 + 4 * L);
    c0.intoArray(sums, s2);
    c1.intoArray(sums, s2 + L);
    c2.intoArray(sums, s2 + 2 * L);
    c3.intoArray(sums, s2 + 3 * L);
    c4.intoArray(sums, s2 + 4 * L);
    d0.intoArray(sums, s3);
    d1.intoArray(sums, s3 + L);
    d2.intoArray(sums, s3 + 2 * L);
    d3.intoArray(sums, s3 + 3 * L);
    d4.intoArray(sums, s3 + 4 * L);
  }

  private static void two(
      float[] inputs,
      int input,
      int inputStride,
      int from,
      int to,
      float[] panels,
      int panel,
      float[] sums,
      int sum,
      int outputs) {
    int x1 = input + inputStride;
    int s1 = sum + outputs;
    FloatVector a0 = FloatVector.fromArray(SPECIES, sums, sum);
    FloatVector a1 = FloatVector.fromArray(SPECIES, sums, sum + L);
    FloatVector a2 = FloatVector.fromArray(SPECIES, sums, sum + 2 * L);
    FloatVector a3 = FloatVector.fromArray(SPECIES, sums, sum + 3 * L);
    FloatVector a4 = FloatVector.fromArray(SPECIES, sums, sum + 4 * L);
    FloatVector b0 = FloatVector.fromArray(SPECIES, sums, s1);
    FloatVector b1 = FloatVector.fromArray(SPECIES, sums, s1 + L);
    FloatVector b2 = FloatVector.fromArray(SPECIES, sums, s1 + 2 * L);
    FloatVector b3 = FloatVector.fromArray(SPECIES, sums, s1 + 3 * L);
    FloatVector b4 = FloatVector.fromArray(SPECIES, sums, s1 + 4 * L);
    for (int i = from; i < to; i++) {
      int w = panel + i * PANEL;
      FloatVector w0 = FloatVector.fromArray(SPECIES, panels, w);
      FloatVector w1 = FloatVector.fromArray(SPECIES, panels, w + L);
      FloatVector w2 = FloatVector.fromArray(SPECIES, panels, w + 2 * L);
      FloatVector w3 = FloatVector.fromArray(SPECIES, panels, w + 3 * L);
      FloatVector w4 = FloatVector.fromArray(SPECIES, panels, w + 4 * L);
      FloatVector x = FloatVector.broadcast(SPECIES, inputs[input + i]);
      a0 = x.fma(w0, a0);
      a1 = x.fma(w1, a1);
      a2 = x.fma(w2, a2);
      a3 = x.fma(w3, a3);
      a4 = x.fma(w4, a4);
      x = FloatVector.broadcast(SPECIES, inputs[x1 + i]);
      b0 = x.fma(w0, b0);
      b1 = x.fma(w1, b1);
      b2 = x.fma(w2, b2);
      b3 = x.fma(w3, b3);
      b4 = x.fma(w4, b4);
    }
    a0.intoArray(sums, sum);
    a1.intoArray(sums, sum + L);
    a2.intoArray(sums, sum + 2 * L);
    a3.intoArray(sums, sum + 3 * L);
    a4.intoArray(sums, sum + 4 * L);
    b0.intoArray(sums, s1);
    b1.intoArray(sums, s1 + L);
    b2.intoArray(sums, s1 + 2 * L);
    b3.intoArray(sums, s1 + 3 * L);
    b4.intoArray(sums, s1 + 4 * L);
  }

  private static void one(
      float[] inputs,
      int input,
      int from,
      int to,
      float[] panels,
      int panel,
      float[] sums,
      int sum) {
    FloatVector a0 = FloatVector.fromArray(SPECIES, sums, sum);
    FloatVector a1 = FloatVector.fromArray(SPECIES, sums, sum + L);
    FloatVector a2 = FloatVector.fromArray(SPECIES, sums, sum + 2 * L);
    FloatVector a3 = FloatVector.fromArray(SPECIES, sums, sum + 3 * L);
    FloatVector a4 = FloatVector.fromArray(SPECIES, sums, sum + 4 * L);
    for (int i = from; i < to; i++) {
      int w = panel + i * PANEL;
      FloatVector x = FloatVector.broadcast(SPECIES, inputs[input + i]);
      a0 = x.fma(FloatVector.fromArray(SPECIES, panels, w), a0);
      a1 = x.fma(FloatVector.fromArray(SPECIES, panels, w + L), a1);
      a2 = x.fma(FloatVector.fromArray(SPECIES, panels, w + 2 * L), a2);
      a3 = x.fma(FloatVector.fromArray(SPECIES, panels, w + 3 * L), a3);
      a4 = x.fma(FloatVector.fromArray(SPECIES, panels, w + 4 * L), a4);
    }
    a0.intoArray(sums, sum);
    a1.intoArray(sums, sum + L);
    a2.intoArray(sums, sum + 2 * L);
    a3.intoArray(sums, sum + 3 * L);
    a4.intoArray(sums, sum + 4 * L);
  }

  @Override
  public void relu(float[] values, int length) {
    int i = 0;
    for (; i + L <= length; i += L) {
      FloatVector.fromArray(SPECIES, values, i).max(0).intoArray(values, i);
    }
    for (; i < length; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }
}
