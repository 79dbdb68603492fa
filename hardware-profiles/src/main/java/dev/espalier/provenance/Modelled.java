package dev.espalier.provenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Computed by a model.
 *
 * @param model which, as in {@code random forest, 200 trees}
 * @param fittedOn what it was fitted on, in words
 * @param heldOut number of measured values kept out of the fit, at least 1
 * @param heldOutError median of |modelled - measured| / measured over those kept out, at least 0
 * @param date of the fit
 * @param extrapolation where it says something of what it was not fitted on, in words
 */
public record Modelled(
    String model,
    String fittedOn,
    int heldOut,
    double heldOutError,
    LocalDate date,
    Optional<String> extrapolation)
    implements Provenance {
  public Modelled {
    Texts.require("modelled", "model", model);
    Texts.require("modelled", "fittedOn", fittedOn);
    Objects.requireNonNull(date);
    extrapolation.ifPresent(words -> Texts.require("modelled", "extrapolation", words));
    if (heldOut < 1) {
      throw new IllegalArgumentException(
          "modelled: heldOut " + heldOut + " must be at least 1: an error needs values to show it");
    }
    if (!(heldOutError >= 0) || Double.isInfinite(heldOutError)) {
      throw new IllegalArgumentException(
          "modelled: heldOutError " + heldOutError + " must be finite and not negative");
    }
  }

  /** A model that says nothing of what it was not fitted on, or whose maker did not tell. */
  public Modelled(String model, String fittedOn, int heldOut, double heldOutError, LocalDate date) {
    this(model, fittedOn, heldOut, heldOutError, date, Optional.empty());
  }

  @Override
  public Origin origin() {
    return Origin.MODELLED;
  }

  @Override
  public String words() {
    return "modelled by %s, fitted on %s, %s, %s%s"
        .formatted(
            model,
            fittedOn,
            errorWords(),
            date,
            extrapolation.map(words -> "; extrapolates: " + words).orElse(""));
  }

  /** The error alone, in words. */
  public String errorWords() {
    return String.format(
        Locale.ROOT, "median error %.1f %% on %d kept out", 100 * heldOutError, heldOut);
  }

  @Override
  public void write(ObjectNode object) {
    object.put("model", model);
    object.put("fittedOn", fittedOn);
    object.put("heldOut", heldOut);
    object.put("heldOutError", heldOutError);
    object.put("date", date.toString());
    extrapolation.ifPresent(words -> object.put("extrapolation", words));
  }

  static Modelled read(Fields fields) {
    return new Modelled(
        fields.text("model"),
        fields.text("fittedOn"),
        fields.count("heldOut", 1),
        fields.number("heldOutError", 0, Double.MAX_VALUE),
        fields.date("date"),
        fields.optionalText("extrapolation"));
  }
}
