package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Storage;
import dev.espalier.latency.NetworkMeasurements.Columns;
import dev.espalier.latency.NetworkMeasurements.Unit;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class NetworkMeasurementsTest {
  private final SearchSpace space =
      new SpaceCatalogue(
              new Storage(new Configuration(false)),
              List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
          .read("nasbench201");

  private NetworkMeasurements read(String csv) {
    return NetworkMeasurements.read(
        space,
        "m.csv",
        csv.getBytes(StandardCharsets.UTF_8),
        new Columns("network", "latency", Unit.MS));
  }

  @Test
  void linesBecomeNetworksInMicroseconds() {
    NetworkMeasurements read = read("id,network,latency\n1,300000,1.5\n2,333333,4\n3,222222,\n");
    assertThat(read.toMicros()).containsExactly(1500, 4000);
    assertThat(read.networks()).containsExactly(space.parse("000000"), space.parse("333333"));
    assertThat(read.empty()).isEqualTo(1);
  }

  @Test
  void everyProblemIsNamedWithItsLine() {
    assertThatThrownBy(() -> read("network,latency\n9,1\n333333,fast\n333333,-1\n333333\n"))
        .hasMessageContaining("line 2: not a network of this space: ")
        .hasMessageContaining("line 3: latency 'fast' is not a number of ms")
        .hasMessageContaining("line 4: latency '-1' must be above 0")
        .hasMessageContaining("line 5: 1 values, not 2");
  }

  @Test
  void columnsThatSayNothingAreRefused() {
    assertThatThrownBy(() -> read("network,other\n333333,1\n"))
        .hasMessageContaining("column 'latency' is missing; there are network, other");
    assertThatThrownBy(() -> read("network,latency\n333333,\n"))
        .hasMessageContaining("column 'latency' has no value in any of 1 lines");
    assertThatThrownBy(() -> read("network,latency\n333333,2\n222222,2\n111111,2\n"))
        .hasMessageContaining("lines 2 to 4: column 'latency' is 2.0 ms for all 3 networks");
  }

  @Test
  void anotherUnitIsRefusedWhereItShows() {
    assertThatThrownBy(
            () ->
                NetworkMeasurements.read(
                    space,
                    "m.csv",
                    "network,latency_us\n333333,1\n".getBytes(StandardCharsets.UTF_8),
                    new Columns("network", "latency_us", Unit.MS)))
        .hasMessageContaining(
            "line 1: column 'latency_us' is named after us, and the unit given is ms: give the unit that it has");
    assertThatThrownBy(
            () ->
                NetworkMeasurements.read(
                    space,
                    "m.csv",
                    "network,Time [s]\n333333,1\n".getBytes(StandardCharsets.UTF_8),
                    new Columns("network", "Time [s]", Unit.MS)))
        .hasMessageContaining("named after s")
        .hasMessageContaining("which has to be us or ms");
    assertThatThrownBy(() -> read("network,latency\n333333,2\n222222,3\n111111,1500\n444444,1.5\n"))
        .hasMessageContaining("line 4: latency 1500.0 ms is 600 times the median of the column");
    assertThat(read("network,latency\n333333,2\n222222,60\n").networks()).hasSize(2);
  }

  @Test
  void aNetworkThatWasMeasuredTwiceIsOne() {
    NetworkMeasurements read = read("network,latency\n333333,2\n333333,3\n222222,\n");
    read.requireNetworks("m.csv", 1, "measure more");
    assertThatThrownBy(() -> read.requireNetworks("m.csv", 2, "measure more"))
        .hasMessageContaining(
            "m.csv: 1 measured networks on 2 lines (1 more without a latency) are too few, at least 2 are needed: measure more");
  }
}
