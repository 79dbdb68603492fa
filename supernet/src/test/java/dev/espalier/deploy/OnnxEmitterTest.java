package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.deploy.onnx.Onnx.GraphProto;
import dev.espalier.deploy.onnx.Onnx.ModelProto;
import dev.espalier.deploy.onnx.Onnx.TensorShapeProto.Dimension;
import dev.espalier.deploy.onnx.Onnx.ValueInfoProto;
import dev.espalier.graph.Graph;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.space.Architecture;
import dev.espalier.space.TestSpaces;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class OnnxEmitterTest {
  private static final ElasticNetwork NETWORK = ElasticNetworks.of(TestSpaces.tiny());

  static Graph largest() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    Architecture architecture = NETWORK.space().largest();
    return Extraction.extract(
        NETWORK,
        TestWeights.random(NETWORK, random),
        architecture,
        TestWeights.statistics(NETWORK, architecture, random));
  }

  private static List<String> dimensions(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList().stream()
        .map((Dimension d) -> d.hasDimParam() ? d.getDimParam() : String.valueOf(d.getDimValue()))
        .toList();
  }

  @Test
  void twoEmissionsOfEqualGraphsAreTheSameBytes() {
    assertThat(new OnnxEmitter().emit(largest())).isEqualTo(new OnnxEmitter().emit(largest()));
  }

  @Test
  void theFileStatesVersionsShapesAndMetadata() throws Exception {
    Graph graph = largest().withMetadata(new TreeMap<>(Map.of("b", "2", "a", "1")));
    ModelProto model = ModelProto.parseFrom(new OnnxEmitter().emit(graph));
    GraphProto proto = model.getGraph();

    assertThat(model.getIrVersion()).isEqualTo(8);
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
    assertThat(model.getMetadataPropsList())
        .extracting(p -> p.getKey() + p.getValue())
        .containsExactly("a1", "b2");
    assertThat(proto.getName()).isEqualTo("ofa-mobilenetv3 r12 d2:k7e3,k7e3 d2:k7e3,k7e3");
    assertThat(proto.getInputList()).hasSize(1);
    assertThat(proto.getInput(0).getName()).isEqualTo("image");
    assertThat(dimensions(proto.getInput(0))).containsExactly("n", "1", "12", "12");
    assertThat(proto.getOutputList()).hasSize(1);
    assertThat(proto.getOutput(0).getName()).isEqualTo("logits");
    assertThat(dimensions(proto.getOutput(0))).containsExactly("n", "5");
    assertThat(proto.getInitializerList())
        .extracting(t -> t.getRawData().size() / Float.BYTES)
        .allMatch(size -> size > 0);
  }

  @Test
  void theFormatIsRegisteredByName() {
    assertThat(Emitter.of("onnx")).isInstanceOf(OnnxEmitter.class);
    assertThat(Emitter.all()).extracting(Emitter::fileNames).contains(List.of("model.onnx"));
    assertThatThrownBy(() -> Emitter.of("stone"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("unknown model format 'stone'; known: [")
        .hasMessageContaining("onnx");
  }
}
