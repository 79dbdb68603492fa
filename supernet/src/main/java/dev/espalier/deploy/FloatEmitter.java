package dev.espalier.deploy;

import dev.espalier.graph.Graph;
import java.util.List;

/** Writes graphs of floats. */
public non-sealed interface FloatEmitter extends Emitter {
  /**
   * The files, as {@link #fileNames} orders them; equal graphs give equal bytes.
   *
   * @throws InexpressibleException naming the node that the format cannot hold
   */
  List<EmittedFile> files(Graph graph);
}
