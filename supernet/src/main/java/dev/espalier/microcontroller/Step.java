package dev.espalier.microcontroller;

import dev.espalier.graph.FunctionTable;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kernel of a model.
 *
 * @param node what it computes
 * @param function that it applies to its results, and the output of that: a table that nothing else
 *     stands between
 */
record Step(QuantisedNode node, Optional<QuantisedNode.Table> function) {

  /** What it makes. */
  Tensor output() {
    return function.map(QuantisedNode.Table::output).orElse(node.output());
  }

  /** What it takes. */
  List<Tensor> inputs() {
    return node.inputs();
  }

  /** The table that it applies. */
  Optional<FunctionTable> table() {
    return function
        .map(QuantisedNode.Table::table)
        .or(
            () ->
                node instanceof QuantisedNode.Table t ? Optional.of(t.table()) : Optional.empty());
  }

  /**
   * Its shapes.
   *
   * @param values the numbers of what was made before
   * @throws UnsupportedNodeException if there is no kernel for it
   */
  Kernel kernel(Map<Tensor, Integer> values) {
    Kernel kernel =
        node.accept(new Shapes(inputs().stream().map(values::get).toList(), output().name()));
    return function.isPresent() ? kernel.withTable() : kernel;
  }

  /** The kernel that a node is. */
  private record Shapes(List<Integer> reads, String name) implements QuantisedNode.Visitor<Kernel> {
    private Kernel of(Kernel.Kind kind, QuantisedNode node, int tables) {
      return Kernel.of(
          name, kind, reads, node.inputs().get(0).shape(), node.output().shape(), tables);
    }

    @Override
    public Kernel convolution(QuantisedNode.Convolution n) {
      return Kernel.convolution(
          name,
          reads.get(0),
          n.input().shape(),
          n.output().shape(),
          n.kernel(),
          n.stride(),
          n.groups(),
          0);
    }

    @Override
    public Kernel linear(QuantisedNode.Linear n) {
      return Kernel.convolution(
          name, reads.get(0), n.input().shape(), n.output().shape(), 1, 1, 1, 0);
    }

    @Override
    public Kernel table(QuantisedNode.Table n) {
      return of(Kernel.Kind.TABLE, n, 1);
    }

    @Override
    public Kernel add(QuantisedNode.Add n) {
      return of(Kernel.Kind.ADD, n, 0);
    }

    @Override
    public Kernel scale(QuantisedNode.Scale n) {
      return of(Kernel.Kind.SCALE, n, 0);
    }

    @Override
    public Kernel pool(QuantisedNode.Pool n) {
      return new Kernel(
          name,
          Kernel.Kind.POOL,
          reads,
          n.input().shape(),
          n.output().shape(),
          n.kernel(),
          n.stride(),
          n.padding(),
          0);
    }

    @Override
    public Kernel globalAveragePool(QuantisedNode.GlobalAveragePool n) {
      return of(Kernel.Kind.GLOBAL_POOL, n, 0);
    }
  }
}
