package dev.espalier.deploy;

import dev.espalier.graph.Graph;
import dev.espalier.operator.Precision;
import java.util.List;

/**
 * Writes ONNX as {@link OnnxEmitter} does, with weights and feature maps in float16; input and
 * output stay float32. ONNX Runtime's CPU kernels compute in float32 between the casts.
 */
public final class OnnxFloat16Emitter implements FloatEmitter {
  private static final String FORMAT = "onnx-float16";
  private static final String FILE = "model.float16.onnx";

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
    return Precision.FLOAT16;
  }

  @Override
  public List<EmittedFile> files(Graph graph) {
    return List.of(new EmittedFile(FILE, OnnxFloats.write(FORMAT, graph, Precision.FLOAT16)));
  }

  @Override
  public RunnableModel load(List<EmittedFile> files, int threads) {
    return OnnxModel.load(files.get(0).content(), threads);
  }
}
