package dev.espalier.deploy;

import dev.espalier.graph.Graph;
import dev.espalier.operator.Precision;
import java.util.List;

/**
 * Writes ONNX: IR version 8, default operators of opset 17, float32.
 *
 * <p>Input {@code image} has shape {@code (n, c, h, w)} and output {@code logits} {@code (n,
 * classes)}, with {@code n} free; a graph that does not end in a linear layer keeps its four
 * dimensions.
 */
public final class OnnxEmitter implements FloatEmitter {
  /** The name of this format. */
  public static final String FORMAT = "onnx";

  /** The name of its file. */
  public static final String FILE = "model.onnx";

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String version() {
    return OnnxWriter.VERSION;
  }

  @Override
  public List<String> fileNames() {
    return List.of(FILE);
  }

  @Override
  public Precision precision() {
    return Precision.FLOAT32;
  }

  /** The bytes of the file; equal graphs give equal bytes. */
  public byte[] emit(Graph graph) {
    return OnnxFloats.write(FORMAT, graph, Precision.FLOAT32);
  }

  @Override
  public List<EmittedFile> files(Graph graph) {
    return List.of(new EmittedFile(FILE, emit(graph)));
  }

  @Override
  public RunnableModel load(List<EmittedFile> files, int threads) {
    return OnnxModel.load(files.get(0).content(), threads);
  }
}
