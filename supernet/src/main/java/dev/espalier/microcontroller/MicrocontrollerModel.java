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
 * @param patches on which the first kernels run
 * @param arenaBytes of the static arena: feature maps and scratch
 * @param leastArenaBytes the most that is alive at one step; an arena of that size is the least
 *     possible
 * @param binding the feature map that is made when that much is alive
 * @param constantBytes of weights, biases, multipliers, tables and places of patches
 * @param macs for one image, those that patches compute again included
 */
public record MicrocontrollerModel(
    String prefix,
    String header,
    String source,
    TensorShape input,
    int outputs,
    Patches patches,
    int arenaBytes,
    int leastArenaBytes,
    String binding,
    long constantBytes,
    long macs) {

  /** The prefix of models that stand alone. */
  public static final String PREFIX = "espalier_model";

  /** Writes a graph that runs on whole maps; see the other method. */
  public static MicrocontrollerModel of(QuantisedGraph graph, String prefix) {
    return of(graph, prefix, Patches.NONE);
  }

  /** The kernels that a graph becomes. */
  public static List<Kernel> kernels(QuantisedGraph graph) {
    return Kernels.shapes(graph, Kernels.of(graph));
  }

  /**
   * Writes a graph.
   *
   * @param prefix a C identifier
   * @param patches on which the first kernels run
   * @throws UnsupportedNodeException naming a node that there is no kernel for
   */
  public static MicrocontrollerModel of(QuantisedGraph graph, String prefix, Patches patches) {
    if (!prefix.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("prefix '" + prefix + "' is not a C identifier");
    }
    List<Step> steps = Kernels.of(graph);
    List<Kernel> kernels = Kernels.shapes(graph, steps);
    PatchRegions regions = PatchRegions.of(kernels, patches);
    ArenaPlan plan = ArenaPlan.of(Lifetimes.of(kernels, regions));
    Patches.Option option = Patches.option(kernels, patches);
    SourceWriter writer = new SourceWriter(graph, steps, kernels, regions, plan, prefix);
    return new MicrocontrollerModel(
        prefix,
        writer.header(),
        writer.source(),
        graph.input().shape(),
        Math.toIntExact(graph.output().shape().elements()),
        patches,
        plan.bytes(),
        Math.toIntExact(plan.need().bytes()),
        kernels.get(plan.need().kernel()).name(),
        kernels.stream().mapToLong(Kernel::constantBytes).sum() + option.places(),
        option.macs());
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
