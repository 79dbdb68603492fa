package dev.espalier.operatorlatency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The profiles that ship without a table. */
class ShippedModelsTest {
  private static HardwareProfile profile(String name) {
    return new ProfileCatalogue(
            new Storage(new Configuration(false)),
            List.of(new Path("../hardware-profiles/profiles")))
        .read(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cortex-m33", "cortex-m4", "hexagon-690", "dpu-b2304", "adreno-640"})
  void coverReleasedSpacesAndSayWhereTheyComeFrom(String name) {
    HardwareProfile profile = profile(name);

    assertThat(profile.provenance())
        .singleElement()
        .isInstanceOfSatisfying(
            Modelled.class,
            modelled -> {
              assertThat(modelled.heldOutError()).isLessThan(0.15);
              assertThat(modelled.extrapolation()).isPresent();
            });
    assertThat(profile.memory().sramBytes().isPresent() || profile.memory().ramBytes().isPresent())
        .isTrue();
    for (String released : List.of("ofa-mobilenetv3-w1.0", "ofa-mobilenetv3-w1.2")) {
      SearchSpace space = RealData.space(released);
      CostModel cost = CostModel.compile(space, profile);
      double least = cost.latencyMicros().at(space.smallest());
      double most = cost.latencyMicros().at(space.largest());
      assertThat(least).as(released).isPositive().isLessThan(most);
      assertThat(
              profile
                  .table()
                  .find(space.lower(space.largest()).get(0).withPrecision(profile.precision())))
          .hasValueSatisfying(e -> assertThat(e.origin()).isEqualTo(Origin.MODELLED));
    }
  }
}
