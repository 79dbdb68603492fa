package dev.espalier.profile;

import dev.espalier.provenance.Modelled;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import java.util.Locale;
import java.util.Optional;

/**
 * The error that a profile states of itself, from numbers kept out of what it was fitted on.
 *
 * @param of what, in words
 * @param values kept out, at least 1
 * @param medianRelativeError of them
 */
public record ProfileError(String of, int values, double medianRelativeError) {

  /**
   * The error nearest to whole networks that is known: of a model of networks, of sums compared
   * with networks, of a model of operators, of whatever model made numbers. Empty where nothing was
   * compared.
   */
  public static Optional<ProfileError> of(HardwareProfile profile) {
    return profile
        .networkError()
        .map(NetworkError::error)
        .or(() -> profile.additivity().map(Additivity::corrected))
        .map(e -> new ProfileError("networks", e.networks(), e.medianRelativeError()))
        .or(
            () ->
                profile
                    .table()
                    .model()
                    .map(OperatorLatencyModel::errors)
                    .map(errors -> of(errors.get(0))))
        .or(
            () ->
                profile.provenance().stream()
                    .filter(Modelled.class::isInstance)
                    .map(Modelled.class::cast)
                    .findFirst()
                    .map(m -> new ProfileError("values", m.heldOut(), m.heldOutError())));
  }

  private static ProfileError of(HeldOutError error) {
    return new ProfileError("operators", error.values(), error.medianRelativeError());
  }

  /** As in {@code 2.4 % of 1000 networks}. */
  public String words() {
    return String.format(Locale.ROOT, "%.1f %% of %d %s", 100 * medianRelativeError, values, of);
  }
}
