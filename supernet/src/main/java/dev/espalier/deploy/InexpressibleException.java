package dev.espalier.deploy;

import dev.espalier.graph.Graph;
import dev.espalier.graph.QuantisedGraph;
import java.util.ArrayList;
import java.util.List;

/** A network that a format cannot hold; the message names the node and what it would need. */
public final class InexpressibleException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /**
   * A node that a format cannot hold.
   *
   * @param format as emitters name it
   * @param node the name of what it makes
   * @param what it is and why the format cannot hold it
   */
  public InexpressibleException(String format, String node, String what) {
    this("format %s cannot hold node %s: %s".formatted(format, node, what));
  }

  private InexpressibleException(String message) {
    super(message);
  }

  /**
   * The same, with the formats that can hold the graph.
   *
   * @param quantised the same graph in integers; null where formats of integers do not matter
   */
  public InexpressibleException among(Graph graph, QuantisedGraph quantised) {
    List<String> able = new ArrayList<>();
    for (Emitter emitter : Emitter.all()) {
      try {
        if (emitter instanceof FloatEmitter floats) {
          floats.files(graph);
          able.add(emitter.format());
        } else if (emitter instanceof IntegerEmitter integers && quantised != null) {
          integers.files(quantised);
          able.add(emitter.format());
        }
      } catch (InexpressibleException e) {
        continue;
      }
    }
    return new InexpressibleException(
        "%s; formats that can hold the network: %s".formatted(getMessage(), able));
  }
}
