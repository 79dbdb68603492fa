package dev.espalier.microcontroller;

import dev.espalier.graph.QuantisedGraph;
import dev.espalier.operator.TensorShape;
import java.util.List;

/**
 * A model as one pair of C11 files. Equal graphs give equal files.
 *
 * @param prefix of every name that the files give to a linker, as in {@code espalier_model}
 * @param header what an application includes
 * @param source weights, arena and kernels
 * @param input of one image
 * @param outputs how many values it makes
 * @param arenaBytes of the static arena: feature maps and scratch
 * @param leastArenaBytes the most that is alive at one step; an arena of that size is the least
 *     possible
 * @param binding the feature map that is made when that much is alive
 * @param constantBytes of weights, biases, multipliers and tables
 * @param macs for one image
 */
public record MicrocontrollerModel(
    String prefix,
    String header,
    String source,
    TensorShape input,
    int outputs,
    int arenaBytes,
    int leastArenaBytes,
    String binding,
    long constantBytes,
    long macs) {

  /** The prefix of models that stand alone. */
  public static final String PREFIX = "espalier_model";

  /**
   * Writes a graph.
   *
   * @param prefix a C identifier
   * @throws UnsupportedNodeException naming a node that there is no kernel for
   */
  public static MicrocontrollerModel of(QuantisedGraph graph, String prefix) {
    if (!prefix.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("prefix '" + prefix + "' is not a C identifier");
    }
    List<Step> steps = Kernels.of(graph);
    List<Kernel> kernels = Kernels.shapes(graph, steps);
    ArenaPlan plan = ArenaPlan.of(kernels);
    SourceWriter writer = new SourceWriter(graph, steps, plan, prefix);
    return new MicrocontrollerModel(
        prefix,
        writer.header(),
        writer.source(),
        graph.input().shape(),
        Math.toIntExact(graph.output().shape().elements()),
        plan.bytes(),
        Math.toIntExact(plan.need().bytes()),
        kernels.get(plan.need().kernel()).name(),
        kernels.stream().mapToLong(Kernel::constantBytes).sum(),
        graph.macs());
  }

  /** The header's file name. */
  public String headerName() {
    return prefix + ".h";
  }

  /** The source's file name. */
  public String sourceName() {
    return prefix + ".c";
  }
}
