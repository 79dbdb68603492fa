package dev.espalier.operatorlatency;

import dev.espalier.latency.AdditivityCheck;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Modelled;
import dev.espalier.table.LatencyTable;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a profile whose latencies a fitted model says. It has no table: any operator of its
 * precision has a latency, so that it is complete for every space.
 */
public final class ModelledProfile {
  /** Anchors of a transfer, when one is judged. */
  public static final int ANCHORS = 12;

  private ModelledProfile() {}

  /**
   * Judges fits by keeping out each group, and by the other devices of the files; then fits on all
   * values.
   *
   * @param name of the profile
   * @param description of the device, without provenance
   * @param date of the fit
   * @throws IllegalArgumentException if there are too few values, or they tell nothing
   */
  public static HardwareProfile fit(
      String name,
      ProfileDescription description,
      MeasuredSet set,
      OperatorLatencyFit fit,
      LocalDate date) {
    List<MeasuredWork> values = set.values();
    OperatorLatencyFit.KeptOut keptOut = fit.leaveGroupsOut(values);
    List<HeldOutError> errors = new ArrayList<>();
    errors.add(
        HeldOutError.of("each " + set.grouping() + " kept out in turn", keptOut.errors(values)));
    String source = "%s, %d values".formatted(set.source(), values.size());
    OperatorLatencyModel model = fit.fit(values, source, errors);
    for (MeasuredSet.OtherDevice other : set.others()) {
      if (other.values().size() > ANCHORS) {
        errors.addAll(
            BoardTransfer.transfer(model, other.values(), ANCHORS, other.name()).errors());
      }
    }
    model = fit.fit(values, source, errors);
    HardwareProfile.Builder profile =
        HardwareProfile.builder()
            .name(name)
            .description(description)
            .provenance(provenance(model, date))
            .table(LatencyTable.of(model));
    additivity(set, keptOut, model, date).ifPresent(profile::additivity);
    return profile.build();
  }

  private static Modelled provenance(OperatorLatencyModel model, LocalDate date) {
    HeldOutError error = model.errors().get(0);
    return new Modelled(
        "a sum over the parts of operators, %d weights, none negative"
            .formatted(model.weights().size()),
        "%s (%s)".formatted(model.fittedOn(), error.heldOut()),
        error.values(),
        error.medianRelativeError(),
        date,
        Optional.of(model.extrapolation()));
  }

  /** What a network costs beside its operators, where networks were measured. */
  private static Optional<Additivity> additivity(
      MeasuredSet set,
      OperatorLatencyFit.KeptOut keptOut,
      OperatorLatencyModel model,
      LocalDate date) {
    if (model.networkMicros() == 0) {
      return Optional.empty();
    }
    int n = set.values().size();
    double[] measured = new double[n];
    double[] plain = new double[n];
    double[] corrected = new double[n];
    for (int i = 0; i < n; i++) {
      measured[i] = set.values().get(i).micros();
      corrected[i] = keptOut.micros().get(i);
      plain[i] = corrected[i] - keptOut.networkMicros().get(i);
    }
    return Optional.of(
        new Additivity(
            "%s, each %s kept out in turn".formatted(set.source(), set.grouping()),
            n,
            new OverheadCorrection(model.networkMicros(), 1),
            AdditivityCheck.error(plain, measured),
            AdditivityCheck.error(corrected, measured),
            date));
  }
}
