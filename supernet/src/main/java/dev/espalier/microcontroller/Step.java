package dev.espalier.microcontroller;

import dev.espalier.graph.FunctionTable;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import java.util.List;
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

  /** Inputs in whose place the output may be written when they are used for the last time. */
  List<Tensor> replaceable() {
    if (node instanceof QuantisedNode.Table || node instanceof QuantisedNode.Add) {
      return node.inputs();
    }
    if (node instanceof QuantisedNode.Scale scale) {
      return List.of(scale.input());
    }
    if (node instanceof QuantisedNode.Convolution c && c.depthwise()) {
      return List.of(c.input());
    }
    return List.of();
  }

  /** Bytes that are needed while it runs, only then. */
  long scratchBytes() {
    if (node instanceof QuantisedNode.Convolution c) {
      return c.depthwise()
          ? KernelMemory.depthwiseScratch(c.input().shape(), c.kernel())
          : KernelMemory.convolutionScratch(c.input().shape(), c.kernel(), c.stride());
    }
    if (node instanceof QuantisedNode.Linear l) {
      return KernelMemory.convolutionScratch(l.input().shape(), 1, 1);
    }
    return 0;
  }

  /** Bytes of weights, channels and tables. */
  long constantBytes() {
    long bytes = table().isPresent() ? KernelMemory.TABLE_BYTES : 0;
    if (node instanceof QuantisedNode.Convolution c) {
      int outputs = c.output().shape().channels();
      bytes +=
          c.depthwise()
              ? KernelMemory.depthwiseConstants(outputs, c.kernel())
              : KernelMemory.convolutionConstants(c.weights().length() / outputs, outputs);
    }
    if (node instanceof QuantisedNode.Linear l) {
      bytes += KernelMemory.convolutionConstants(l.weights().size(1), l.weights().channels());
    }
    return bytes;
  }
}
