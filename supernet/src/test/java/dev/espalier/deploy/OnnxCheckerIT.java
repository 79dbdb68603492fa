package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.graph.Graph;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.graph.TestGraphs;
import dev.espalier.network.DebianPython;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.operator.Operator;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Opens emitted files with ONNX's own checker and shape inference, from Debian's python3-onnx. */
class OnnxCheckerIT {
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

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void theCheckerAcceptsSubnetsAndOperators(SearchSpace space) throws Exception {
    assumeTrue(DebianPython.has("onnx"), DebianPython.lacks("onnx"));
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
    ElasticNetwork network = ElasticNetworks.of(space);
    List<String> arguments = new ArrayList<>(List.of("-c", CHECK));
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
      int side = graph.input().shape().height();
      List<EmittedFile> files = new ArrayList<>(emitter.files(graph));
      files.addAll(new OnnxFloat16Emitter().files(graph));
      files.addAll(new OnnxInt8Emitter().files(TestGraphs.quantised(graph, RangeRule.DEFAULT)));
      for (EmittedFile emitted : files) {
        Path file = folder.resolve(architecture.toHex() + emitted.name());
        Files.write(file, emitted.content());
        arguments.add(file.toString());
        expected.add("['n', 1, %d, %d] ['n', 5] 17".formatted(side, side));
      }
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

    assertThat(DebianPython.run(arguments.toArray(new String[0])).lines())
        .containsExactlyElementsOf(expected);
  }
}
