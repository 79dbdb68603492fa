package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatReferenceTest {
  private static final int IMAGES = 4;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void computesWhatOnnxRuntimeComputesFromTheEmittedFile(SearchSpace space) {
    for (long seed = 0; seed < 6; seed++) {
      Graph graph = TestGraphs.subnet(space, seed);
      float[] images = TestGraphs.images(graph, IMAGES, seed);
      float[] expected = new float[IMAGES * (int) graph.output().shape().elements()];
      try (OnnxModel model = OnnxModel.load(new OnnxEmitter().emit(graph), 1)) {
        model.run(images, IMAGES, expected);
      }

      float[] found = new FloatReference(graph).run(images, IMAGES);

      assertThat(TestGraphs.relativeDifference(found, expected))
          .as("%s, seed %d", graph.name(), seed)
          .isLessThan(1e-5);
    }
  }

  @Test
  void theListenerHearsTheImageAndEveryNodesOutputInOrder() {
    Graph graph = TestGraphs.subnet(TestSpaces.tiny(), 1);
    float[] images = TestGraphs.images(graph, 2, 1);
    List<String> heard = new ArrayList<>();

    float[] output =
        new FloatReference(graph)
            .run(
                images,
                2,
                (tensor, values) -> {
                  heard.add(tensor.name());
                  assertThat(values).hasSize(2 * (int) tensor.shape().elements());
                });

    List<String> expected = new ArrayList<>(List.of(Graph.INPUT));
    graph.nodes().forEach(node -> expected.add(node.output().name()));
    assertThat(heard).isEqualTo(expected);
    assertThat(output).hasSize(10);
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    FloatReference reference = new FloatReference(TestGraphs.subnet(TestSpaces.tiny(), 1));
    assertThatThrownBy(() -> reference.run(new float[80], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("80 values are not 1 images of");
  }
}
