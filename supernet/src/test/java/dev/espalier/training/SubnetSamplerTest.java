package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.space.Architecture;
import dev.espalier.space.InvertedResidualSpace;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class SubnetSamplerTest {
  private static final InvertedResidualSpace SPACE = TinyTraining.network().space();

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static Set<Architecture> draws(SubnetSampler sampler, int count) {
    RandomGenerator random = random(5);
    Set<Architecture> drawn = new HashSet<>();
    for (int i = 0; i < count; i++) {
      drawn.add(sampler.sample(random, random));
    }
    return drawn;
  }

  @Test
  void variesOnlyWhatThePhaseMakesElastic() {
    SubnetSampler sampler = new SubnetSampler(SPACE, Map.of("kernel", "5"), 0, 0);

    Set<Integer> kernels = new HashSet<>();
    for (Architecture a : draws(sampler, 200)) {
      assertThat(SPACE.resolution(a)).isEqualTo(12);
      for (InvertedResidualSpace.Block block : SPACE.blocks()) {
        assertThat(SPACE.active(block, a)).isTrue();
        assertThat(SPACE.expansion(block, a)).isEqualTo(4);
        kernels.add(SPACE.kernel(block, a));
      }
    }
    assertThat(kernels).containsExactlyInAnyOrder(5, 7);
  }

  @Test
  void drawsTheLargestAndTheSmallestByTheirShares() {
    SubnetSampler sampler =
        new SubnetSampler(SPACE, Map.of("expansion", "2", "depth", "1"), 0.5, 0.5);

    assertThat(draws(sampler, 100))
        .containsExactlyInAnyOrder(sampler.largest(), sampler.smallest());
  }

  @Test
  void subnetsOfOneStepGetOneResolution() {
    SubnetSampler sampler =
        new SubnetSampler(SPACE, Map.of("resolution", "8", "kernel", "3"), 0.2, 0.2);
    Set<Integer> resolutions = new HashSet<>();
    Set<Architecture> networks = new HashSet<>();
    for (long step = 0; step < 50; step++) {
      Set<Integer> ofStep = new HashSet<>();
      for (long thread = 0; thread < 4; thread++) {
        Architecture drawn = sampler.sample(random(step), random(1000 + 4 * step + thread));
        ofStep.add(SPACE.resolution(drawn));
        networks.add(drawn);
      }
      assertThat(ofStep).as("step %d", step).hasSize(1);
      resolutions.addAll(ofStep);
    }
    assertThat(resolutions).containsExactlyInAnyOrder(8, 12);
    assertThat(networks).hasSizeGreaterThan(20);
  }

  @Test
  void refusesKindsAndOptionsThatDoNotExist() {
    assertThatThrownBy(() -> new SubnetSampler(SPACE, Map.of("width", "3"), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'width'")
        .hasMessageContaining("[depth, expansion, kernel, resolution]");
    assertThatThrownBy(() -> new SubnetSampler(SPACE, Map.of("kernel", "4"), 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("least kernel is '4'")
        .hasMessageContaining("[3, 5, 7]");
  }
}
