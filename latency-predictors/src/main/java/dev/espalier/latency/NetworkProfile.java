package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.provenance.Provenance;
import dev.espalier.space.SearchSpace;
import java.time.LocalDate;
import java.util.function.IntConsumer;

/**
 * Makes a profile of whole networks: those that were measured as they are, and a saved model that
 * was fitted to them for all others of their space.
 */
public final class NetworkProfile {
  private NetworkProfile() {}

  /**
   * Makes sure that whole networks of a space can be searched and the numbers are no model's.
   *
   * @throws IllegalArgumentException if not
   */
  public static void require(SearchSpace space, ProfileDescription described) {
    if (!CostModel.holdsWholeNetworks(space)) {
      throw new IllegalArgumentException(
          "%s networks of %s can neither be listed nor told slot by slot, so whole networks of it cannot be searched: fit a sum or operators to the measurements"
              .formatted(space.size(), space.family()));
    }
    if (described.provenance().get(0).origin() == Origin.MODELLED) {
      throw new IllegalArgumentException(
          "the description says that the networks were modelled: a model is fitted to what was measured or emulated");
    }
  }

  /**
   * Fits and judges a {@link NetworkPredictor}.
   *
   * @param described the device, and how its networks were measured
   * @param measured at least {@value NetworkLatencyModel#FEWEST} networks of the space
   * @param date of the fit
   * @param progress is told how many of {@value NetworkPredictor#FITS} fits are done
   * @throws IllegalArgumentException as {@link #require}, or if there are too few
   */
  public static HardwareProfile fit(
      String name,
      SearchSpace space,
      ProfileDescription described,
      NetworkMeasurements measured,
      LocalDate date,
      IntConsumer progress) {
    require(space, described);
    NetworkPredictor predictor =
        NetworkPredictor.fit(space, measured, described.device(), progress);
    Provenance source = described.provenance().get(0);
    return HardwareProfile.builder()
        .name(name)
        .description(described)
        .provenance(
            new Modelled(
                "a Gaussian process and boosted trees over features of whole networks",
                "%s: %s (%s)"
                    .formatted(predictor.fittedOn(), source.words(), predictor.error().heldOut()),
                predictor.error().error().networks(),
                predictor.error().error().medianRelativeError(),
                date))
        .networks(measured.table(space, source.origin()))
        .networkModel(predictor)
        .build();
  }
}
