package dev.espalier.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.microcontroller.MicrocontrollerModel;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.quantisation.Calibration;
import dev.espalier.quantisation.Quantiser;
import dev.espalier.quantisation.Range;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a search predicts of C's memory, against the C that is emitted. */
class ArenaPredictionTest {
  private static final int ARCHITECTURES = 200;

  static List<SearchSpace> spaces() {
    List<SearchSpace> spaces = new ArrayList<>(EmittedNetworks.SPACES);
    spaces.add(EmittedNetworks.SHIPPED);
    return spaces;
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void equalsTheEmittedModel(SearchSpace space) {
    MemoryModel memory = MemoryModel.compile(space, new Execution.EmittedC());
    for (long seed = 0; seed < ARCHITECTURES; seed++) {
      Architecture architecture =
          seed == 0
              ? space.largest()
              : seed == 1
                  ? space.smallest()
                  : space.sample(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
      MicrocontrollerModel model =
          MicrocontrollerModel.of(quantised(EmittedNetworks.graph(space, architecture)), "m");
      String what = space.format(architecture) + ", seed " + seed;

      assertThat(memory.peakBytes().at(architecture)).as(what).isEqualTo(model.arenaBytes());
      assertThat(memory.weightBytes().at(architecture)).as(what).isEqualTo(model.constantBytes());
      PeakMemory peak = PeakMemory.of(space, architecture, new Execution.EmittedC());
      assertThat(peak.bytes()).as(what).isEqualTo(model.arenaBytes());
    }
  }

  /** With ranges that hold something, whatever the weights. */
  static QuantisedGraph quantised(Graph graph) {
    Map<String, Range> ranges = new HashMap<>(Map.of(graph.input().name(), new Range(-1, 1)));
    for (Node node : graph.nodes()) {
      ranges.put(node.output().name(), new Range(-1, 1));
    }
    return Quantiser.quantise(graph, Calibration.of(ranges));
  }

  @Test
  void microcontrollersOfIntegersRunEmittedC() {
    assertThat(Execution.of(DeviceClass.MCU, Precision.INT8)).isEqualTo(new Execution.EmittedC());
    assertThat(Execution.of(DeviceClass.MCU, Precision.FLOAT32))
        .isEqualTo(new Execution.NodeByNode(Precision.FLOAT32));
    assertThat(Execution.of(DeviceClass.DSP, Precision.INT8))
        .isEqualTo(new Execution.NodeByNode(Precision.INT8));
  }
}
