package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class CellFeaturesTest {
  private final SearchSpace space =
      new SpaceCatalogue(
              new Storage(new Configuration(false)),
              List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
          .read("nasbench201");
  private final NetworkFeatures features = NetworkFeatures.of(space);

  private Map<String, Double> numbers(String digits) {
    double[] numbers = new double[features.names().size()];
    features.numbers(space.parse(digits).toBytes(), numbers, 0);
    Map<String, Double> byName = new HashMap<>();
    for (int i = 0; i < numbers.length; i++) {
      assertThat(byName.put(features.names().get(i), numbers[i])).isNull();
    }
    return byName;
  }

  @Test
  void aCellIsDescribedByItsGraph() {
    // 0 to 1: 3x3; 1 to 2: identity; 0 to 3: identity; 1 to 3: 1x1; 2 to 3: pooling.
    assertThat(numbers("301124"))
        .containsEntry("conv3x3", 1.)
        .containsEntry("conv1x1", 1.)
        .containsEntry("pool", 1.)
        .containsEntry("skip", 2.)
        .containsEntry("sums", 2.)
        .containsEntry("into node 3", 3.)
        .containsEntry("out of node 0", 2.)
        .containsEntry("longest path at [0, 0, 1, 1, 1]", 2.)
        .containsEntry("conv3x3 at depth 0", 1.)
        .containsEntry("pool at depth 1", 1.)
        .containsEntry("skip of the input", 1.)
        .containsEntry("terms of the output", 3.);
  }

  @Test
  void equalOperationsOnEqualMapsCountOnce() {
    // Node 1 and node 2 are both the input; the output sums its 3x3 twice.
    assertThat(numbers("110033"))
        .containsEntry("conv3x3", 2.)
        .containsEntry("distinct conv3x3", 1.);
  }

  @Test
  void cellsThatDifferInTheNamesOfNodesAreTheSame() {
    Architecture left = space.parse("230044");
    Architecture right = space.parse("320044");
    assertThat(numbers("230042")).isEqualTo(numbers("320024"));
    byte[] first = new byte[6];
    byte[] second = new byte[6];
    features.decisions(left.toBytes(), first);
    features.decisions(right.toBytes(), second);
    assertThat(first).isEqualTo(second);
  }

  @Test
  void aCellOfNothingHasFeatures() {
    assertThat(numbers("000000")).containsEntry("terms of the output", 0.);
  }
}
