package dev.espalier.deploy;

import dev.espalier.graph.QuantisedGraph;
import dev.espalier.operator.Precision;
import java.util.List;

/** Writes graphs of 8-bit integers. */
public non-sealed interface IntegerEmitter extends Emitter {
  /**
   * The files, as {@link #fileNames} orders them; equal graphs give equal bytes.
   *
   * @throws InexpressibleException naming the node that the format cannot hold
   */
  List<EmittedFile> files(QuantisedGraph graph);

  @Override
  default Precision precision() {
    return Precision.INT8;
  }
}
