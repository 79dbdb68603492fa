package dev.espalier.cost;

import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.NetworkError;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.table.NetworkTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a cost model's latency claims to be. */
public sealed interface LatencyClaim {
  /** In words, for cards and reports. */
  String words();

  /**
   * The sum of the table's entries, to the last digit; how that compares with whole networks was
   * not checked on this target.
   */
  record ExactForTable() implements LatencyClaim {
    @Override
    public String words() {
      return "exact sum over the table's operators; not compared with whole networks";
    }
  }

  /**
   * The sum of what a model says of each operator; how that compares with whole networks was not
   * checked on this target.
   */
  record SumOfModelled() implements LatencyClaim {
    @Override
    public String words() {
      return "sum of modelled operators; not compared with whole networks";
    }
  }

  /**
   * An estimate of a whole network's latency: the sum through an open overhead model.
   *
   * @param additivity the model and its error on networks it was not fitted on
   */
  record Estimate(Additivity additivity) implements LatencyClaim {
    /** Error on measured networks kept out of the fit. */
    public SumError error() {
      return additivity.corrected();
    }

    @Override
    public String words() {
      return "estimate; " + additivity.words();
    }
  }

  /**
   * The latency of the network as a whole, which no sum made.
   *
   * @param measured networks of the space whose latency was measured
   * @param emulated those whose latency was derived from what an emulator counted
   * @param modelled those whose latency a model made
   * @param model by which model, with its error; present where {@code modelled} is above 0
   * @param error of the model on networks kept out, where it was judged on such
   */
  record WholeNetworks(
      int measured,
      int emulated,
      int modelled,
      Optional<Modelled> model,
      Optional<NetworkError> error)
      implements LatencyClaim {
    public WholeNetworks {
      if (measured < 0 || emulated < 0 || modelled < 0 || modelled > 0 != model.isPresent()) {
        throw new IllegalArgumentException(
            "whole networks: %d measured, %d emulated and %d modelled must not be negative, and a model be there where one is modelled, found %s"
                .formatted(measured, emulated, modelled, model));
      }
    }

    /** Of a table, with the provenance of the profile that holds it. */
    static WholeNetworks of(NetworkTable table, HardwareProfile profile) {
      Map<Origin, Integer> origins = table.origins();
      int modelled = origins.getOrDefault(Origin.MODELLED, 0);
      return new WholeNetworks(
          origins.getOrDefault(Origin.MEASURED, 0),
          origins.getOrDefault(Origin.EMULATED, 0),
          modelled,
          profile.provenance().stream()
              .filter(Modelled.class::isInstance)
              .map(Modelled.class::cast)
              .filter(m -> modelled > 0)
              .findFirst(),
          profile.networkError().filter(e -> modelled > 0));
    }

    /**
     * How far a measured latency may well exceed what is said, relative to it: the 90th percentile
     * of the model's error where that is known, else its median; 0 where every network was
     * measured.
     */
    public double statedError() {
      return error
          .map(e -> e.error().ninetiethPercentileError())
          .or(() -> model.map(Modelled::heldOutError))
          .orElse(0.0);
    }

    @Override
    public String words() {
      List<String> counts = new ArrayList<>();
      if (measured > 0) {
        counts.add(measured + " measured");
      }
      if (emulated > 0) {
        counts.add(emulated + " emulated");
      }
      model.ifPresent(
          m ->
              counts.add(
                  "%d modelled, %s"
                      .formatted(modelled, error.map(NetworkError::words).orElse(m.errorWords()))));
      return "latency of whole networks, not a sum over operators; " + String.join("; ", counts);
    }
  }
}
