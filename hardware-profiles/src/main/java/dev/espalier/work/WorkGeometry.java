package dev.espalier.work;

/**
 * How many values a device works on at once, and what it keeps beside its arithmetic. What does not
 * fill its lanes is paid for as if it did.
 *
 * @param positionLanes positions at once, at least 1
 * @param inputLanes input channels at once, at least 1
 * @param outputLanes output channels at once, at least 1
 * @param onChipBytes the largest map inside an operator that does not go through memory, at least
 *     1; {@link Long#MAX_VALUE} where that does not show
 */
public record WorkGeometry(int positionLanes, int inputLanes, int outputLanes, long onChipBytes) {
  /** One value at a time, and no map too large. */
  public static final WorkGeometry SCALAR = new WorkGeometry(1, 1, 1, Long.MAX_VALUE);

  public WorkGeometry {
    if (positionLanes < 1 || inputLanes < 1 || outputLanes < 1 || onChipBytes < 1) {
      throw new IllegalArgumentException(
          "geometry: lanes of %d positions, %d inputs and %d outputs, and %d bytes on chip, must be at least 1"
              .formatted(positionLanes, inputLanes, outputLanes, onChipBytes));
    }
  }

  /** Lanes for these numbers of positions, input and output channels; nothing is too large. */
  public static WorkGeometry lanes(int positions, int inputs, int outputs) {
    return new WorkGeometry(positions, inputs, outputs, Long.MAX_VALUE);
  }

  /** The same lanes with another limit. */
  public WorkGeometry withOnChipBytes(long bytes) {
    return new WorkGeometry(positionLanes, inputLanes, outputLanes, bytes);
  }

  /** Multiply-accumulates with all lanes filled. */
  double paddedMacs(Primitive primitive) {
    return (double) padded(primitive.positions(), positionLanes)
        * padded(primitive.inputs(), inputLanes)
        * padded(primitive.outputs(), outputLanes)
        * primitive.taps();
  }

  private static long padded(long count, int lanes) {
    return (count + lanes - 1) / lanes * lanes;
  }
}
