package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.cost.LatencyClaim;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.profile.NetworkModel;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.profile.ProfileError;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkPredictorTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final Storage STORAGE = new Storage(new Configuration(false));
  private static final SearchSpace CELLS =
      new NasBench201(new NasBench201Definition(32, 3, 16, 5, 10));
  private static final int MEASURED = 120;
  private static NetworkMeasurements measured;
  private static HardwareProfile profile;

  @TempDir private java.nio.file.Path folder;

  /** Two microseconds for a million MACs and a tenth more or less, beside half a millisecond. */
  private static NetworkMeasurements measure(int count) {
    SplittableRandom random = new SplittableRandom(3);
    List<Architecture> networks = AdditivityCheck.sample(CELLS, count, random);
    List<Double> micros = new ArrayList<>();
    for (Architecture network : networks) {
      micros.add((500 + 2e-5 * CELLS.macs(network)) * random.nextDouble(0.97, 1.03));
    }
    return new NetworkMeasurements(networks, micros, 0);
  }

  private static ProfileDescription board() {
    return new ProfileDescription(
        "Board 1",
        DeviceClass.DSP,
        "runner 1",
        Precision.INT8,
        MemoryLimits.UNKNOWN,
        List.of(
            new Measured(
                "Board 1", "runner", "1", Precision.INT8, 1, 1, OptionalInt.empty(), DAY, "mean")));
  }

  @BeforeAll
  static void fit() {
    measured = measure(MEASURED);
    profile = NetworkProfile.fit("board", CELLS, board(), measured, DAY, done -> {});
  }

  private Path path() {
    return new Path(folder.resolve("board").toUri());
  }

  private static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    CELLS.forEachArchitecture(all::add);
    return all;
  }

  @Test
  void saysWhatItSaidAfterBeingSaved() {
    NetworkModel model = profile.networkModel().orElseThrow();
    profile.write(STORAGE, path());
    HardwareProfile read = HardwareProfile.read(STORAGE, path());
    assertThat(read).isEqualTo(profile);
    assertThat(read.digest()).isEqualTo(profile.digest());
    NetworkModel again = read.networkModel().orElseThrow();
    assertThat(again.toJson()).isEqualTo(model.toJson());
    assertThat(again.micros(all())).isEqualTo(model.micros(all()));
    assertThat(read.files().keySet())
        .containsExactly("network-model.json", "networks.csv", "profile.yaml");
  }

  @Test
  void theSameMeasurementsGiveTheSameBytes() {
    NetworkPredictor again = NetworkPredictor.fit(CELLS, measured, "Board 1", done -> {});
    assertThat(Digest.of(again.toJson()))
        .isEqualTo(Digest.of(profile.networkModel().orElseThrow().toJson()));
  }

  @Test
  void statesAnErrorThatOthersHaveToo() {
    NetworkModel model = profile.networkModel().orElseThrow();
    assertThat(model.error().error().networks()).isEqualTo(MEASURED);
    assertThat(model.error().error().spearman()).isGreaterThan(0.9);
    NetworkMeasurements others = measure(600).between(MEASURED, 600);
    double unseen =
        AdditivityCheck.error(model.micros(others.networks()), others.toMicros())
            .medianRelativeError();
    // A thirtieth of scatter is in both; the stated one is of fits on four fifths.
    assertThat(unseen).isLessThan(1.2 * model.error().error().medianRelativeError());
    assertThat(ProfileError.of(profile))
        .contains(
            new ProfileError("networks", MEASURED, model.error().error().medianRelativeError()));
    assertThat(profile.provenance())
        .filteredOn(Modelled.class::isInstance)
        .first()
        .extracting(p -> ((Modelled) p).heldOutError())
        .isEqualTo(model.error().error().medianRelativeError());
  }

  @Test
  void aSearchReadsWhatWasMeasuredAndTheModelElsewhere() {
    CostModel cost = CostModel.compile(CELLS, profile);
    NetworkModel model = profile.networkModel().orElseThrow();
    List<Architecture> all = all();
    double[] said = model.micros(all);
    for (int i = 0; i < said.length; i++) {
      int at = measured.networks().indexOf(all.get(i));
      assertThat(cost.latencyMicros().at(all.get(i)))
          .isEqualTo(at < 0 ? said[i] : measured.micros().get(at));
    }
    assertThat(cost.claim()).isInstanceOf(LatencyClaim.WholeNetworks.class);
    LatencyClaim.WholeNetworks claim = (LatencyClaim.WholeNetworks) cost.claim();
    assertThat(claim.measured()).isEqualTo(MEASURED);
    assertThat(claim.modelled()).isEqualTo(9_445 - MEASURED);
  }

  @Test
  void repeatedMeasurementsAreOneEntry() {
    Architecture largest = CELLS.largest();
    NetworkMeasurements twice =
        new NetworkMeasurements(
            List.of(largest, CELLS.smallest(), largest), List.of(3.0, 7.0, 5.0), 0);
    var table = twice.table(CELLS, Origin.MEASURED);
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.micros(largest)).isEqualTo(4);
    assertThat(table.find(largest).orElseThrow().stdMicros().getAsDouble()).isEqualTo(Math.sqrt(2));
    assertThat(table.find(CELLS.smallest()).orElseThrow().stdMicros()).isEmpty();
  }

  @Test
  void whatWasAlteredOrIsOfAnotherVersionIsRefused() throws IOException {
    profile.write(STORAGE, path());
    java.nio.file.Path file = folder.resolve("board/network-model.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("network-latency-model/2", "network-latency-model/0"));
    assertThatThrownBy(() -> HardwareProfile.read(STORAGE, path()))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("network-model.json: sha256")
        .hasMessageContaining("it was altered");
    assertThatThrownBy(() -> NetworkModel.read(CELLS, "m.json", Files.readAllBytes(file)))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining(
            "format: 'network-latency-model/0' is not one that this version reads, which are network-latency-model/2: fit the model again");
    int from = text.indexOf("\"fitted\": \"") + 11;
    String shorter = text.substring(0, from) + text.substring(from + 400);
    assertThatThrownBy(
            () -> NetworkModel.read(CELLS, "m.json", shorter.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("m.json: fitted: no model of nasbench201");
  }

  @Test
  void tooFewNetworksAreRefused() {
    assertThatThrownBy(
            () -> NetworkPredictor.fit(CELLS, measured.between(0, 99), "Board 1", done -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("99 measured networks are too few for a model of their own");
  }

  @Test
  void equalNetworksAreKeptOutTogether() {
    List<Architecture> some = measured.networks();
    List<Architecture> twice = new ArrayList<>(some);
    twice.addAll(some);
    assertThat(Folds.of(twice)).isEqualTo(Folds.of(some));
    assertThat(Folds.of(some).values()).contains(0, 1, 2, 3, 4);
  }
}
