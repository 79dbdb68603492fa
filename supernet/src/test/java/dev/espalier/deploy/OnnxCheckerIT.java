package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.operator.Operator;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens emitted files with ONNX's own checker and shape inference, from Debian's python3-onnx. */
class OnnxCheckerIT {
  private static final String PYTHON = "/usr/bin/python3";

  private static final String CHECK =
      String.join(
          "\n",
          "import onnx, sys",
          "for path in sys.argv[1:]:",
          "    onnx.checker.check_model(path, full_check=True)",
          "    model = onnx.load(path)",
          "    inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)",
          "    def shape(v):",
          "        return [d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]",
          "    print(shape(model.graph.input[0]), shape(inferred.graph.output[0]),",
          "          model.opset_import[0].version)");

  @TempDir Path folder;

  private String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON, "-c"));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() == 0 ? output : "exit " + process.exitValue() + "\n" + output;
  }

  @Test
  void theCheckerAcceptsSubnetsAndOperatorsOfTheRealSpace() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON)) && run(List.of("import onnx")).isEmpty(),
        "no onnx module in " + PYTHON + ": install Debian's python3-onnx to run this check");
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
    ElasticNetwork network = ElasticNetworks.of(TestSpaces.tiny());
    SearchSpace space = network.space();
    List<String> arguments = new ArrayList<>(List.of(CHECK));
    List<String> expected = new ArrayList<>();
    OnnxEmitter emitter = new OnnxEmitter();
    for (Architecture architecture :
        List.of(space.largest(), space.smallest(), space.sample(random))) {
      Graph graph =
          Extraction.extract(
              network,
              TestWeights.random(network, random),
              architecture,
              TestWeights.statistics(network, architecture, random));
      Path file = folder.resolve(architecture.toHex() + ".onnx");
      Files.write(file, emitter.emit(graph));
      arguments.add(file.toString());
      int side = graph.input().shape().height();
      expected.add("['n', 1, %d, %d] ['n', 5] 17".formatted(side, side));
    }
    for (Operator operator : space.lower(space.largest())) {
      Path file = folder.resolve("operator" + expected.size() + ".onnx");
      Files.write(file, emitter.emit(OperatorGraphs.of(operator, random)));
      arguments.add(file.toString());
      String output =
          operator.output().height() == 1 && operator.output().channels() == 5
              ? "['n', 5]"
              : "['n', %d, %d, %d]"
                  .formatted(
                      operator.output().channels(),
                      operator.output().height(),
                      operator.output().width());
      expected.add(
          "['n', %d, %d, %d] %s 17"
              .formatted(
                  operator.input().channels(),
                  operator.input().height(),
                  operator.input().width(),
                  output));
    }

    assertThat(run(arguments).lines()).containsExactlyElementsOf(expected);
  }
}
