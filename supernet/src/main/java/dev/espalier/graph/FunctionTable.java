package dev.espalier.graph;

import dev.espalier.graph.Node.Elementwise.Function;
import java.util.Arrays;

/** An element-wise function of 8-bit integers: one result for each of 256 inputs. Immutable. */
public final class FunctionTable {
  private final byte[] values;

  private FunctionTable(byte[] values) {
    this.values = values;
  }

  /** Tabulates the real function between two quantisations. */
  public static FunctionTable of(Function function, Quantisation input, Quantisation output) {
    byte[] values = new byte[256];
    for (int q = Quantisation.LEAST; q <= Quantisation.MOST; q++) {
      values[q - Quantisation.LEAST] = output.quantised(function.apply(input.real(q)));
    }
    return new FunctionTable(values);
  }

  /** The result for an input. */
  public byte apply(byte quantised) {
    return values[quantised - Quantisation.LEAST];
  }

  /** A copy of the results, those of -128 to 127. */
  public byte[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FunctionTable t && Arrays.equals(values, t.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}
