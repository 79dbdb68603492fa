package dev.espalier.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.cost.OperatorCost;
import dev.espalier.graph.Graph;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.microcontroller.MicrocontrollerModel;
import dev.espalier.microcontroller.Patches;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatchedStartTest {
  static List<SearchSpace> spaces() {
    return ArenaPredictionTest.spaces();
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** With limits that some architectures need patches for, and some cannot meet. */
  @ParameterizedTest
  @MethodSource("spaces")
  void memoryEqualsTheEmittedModelWithItsPatches(SearchSpace space) {
    MemoryModel whole = MemoryModel.compile(space, new Execution.EmittedC());
    PatchedStart start = PatchedStart.of(space).orElseThrow();
    long limit = whole.mostPeakBytes() / 2;
    MemoryModel memory = MemoryModel.patched(space, whole, start, limit);
    for (long seed = 0; seed < 60; seed++) {
      Architecture architecture = seed == 0 ? space.largest() : space.sample(random(seed));
      Graph floats = EmittedNetworks.graph(space, architecture);
      QuantisedGraph graph = ArenaPredictionTest.quantised(floats);
      Patches patches = start.patches(architecture, limit);
      MicrocontrollerModel model = MicrocontrollerModel.of(graph, "m", patches);
      String what = "%s, seed %d, %s".formatted(space.format(architecture), seed, patches);

      assertThat(memory.peakBytes().at(architecture)).as(what).isEqualTo(model.arenaBytes());
      assertThat(start.peakBytes(architecture, limit)).as(what).isEqualTo(model.arenaBytes());
      assertThat(memory.weightBytes().at(architecture)).as(what).isEqualTo(model.constantBytes());
      assertThat(model.macs() - start.recomputedMacs(architecture, limit))
          .as(what)
          .isEqualTo(space.macs(architecture));
      assertThat(model.arenaBytes()).isLessThanOrEqualTo((int) memory.mostPeakBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void timeGrowsAsTheFirstSlotsMacs(SearchSpace space) {
    PatchedStart start = PatchedStart.of(space).orElseThrow();
    AdditiveFunction micros = OperatorCost.MACS.compile(space);
    long limit = MemoryModel.compile(space, new Execution.EmittedC()).mostPeakBytes() / 2;
    AdditiveFunction patched = start.estimatedMicros(micros, limit);
    for (long seed = 0; seed < 60; seed++) {
      Architecture architecture = seed == 0 ? space.largest() : space.sample(random(seed));
      // Where time is what is computed, it grows by what is computed again.
      assertThat(patched.at(architecture) - micros.at(architecture))
          .as("seed %d", seed)
          .isCloseTo(start.recomputedMacs(architecture, limit), within(1e-6 * 1e7));
    }
  }

  @Test
  void patchesReachUpToTheFirstBlockThatIsChosen() {
    SearchSpace space = EmittedNetworks.SHIPPED;
    PatchedStart start = PatchedStart.of(space).orElseThrow();

    assertThat(space.slots().get(start.slot()).name()).isEqualTo("stage1.block1");
    assertThat(start.patches(space.largest(), Long.MAX_VALUE)).isEqualTo(Patches.NONE);
  }

  @Test
  void cellsHaveNone() {
    assertThat(PatchedStart.of(new NasBench201(new NasBench201Definition(8, 3, 4, 5, 10))))
        .isEmpty();
  }
}
