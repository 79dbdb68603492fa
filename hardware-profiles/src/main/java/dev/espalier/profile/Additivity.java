package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import java.time.LocalDate;
import java.util.Objects;

/**
 * What was found when sums over the table were compared with whole networks, measured or emulated
 * on the same device as the table. Both errors are over the same networks, which the correction was
 * not fitted on.
 *
 * @param networks which networks the errors are over, in words
 * @param calibration number of networks that the correction was fitted on, at least 3
 * @param correction the model that was fitted
 * @param plain error of the plain sum
 * @param corrected error of the corrected sum
 * @param date of the measurement
 */
public record Additivity(
    String networks,
    int calibration,
    OverheadCorrection correction,
    SumError plain,
    SumError corrected,
    LocalDate date) {
  public Additivity {
    Objects.requireNonNull(correction);
    Objects.requireNonNull(plain);
    Objects.requireNonNull(corrected);
    Objects.requireNonNull(date);
    if (networks.isBlank() || calibration < 3) {
      throw new IllegalArgumentException(
          "additivity: networks '%s' must be named, calibration %d be at least 3"
              .formatted(networks, calibration));
    }
  }

  /** In words, for reports. */
  public String words() {
    return "latency of whole networks is %s, fitted on %d networks, %s; on others (%s): %s; without the model: %s"
        .formatted(
            correction.words(), calibration, date, networks, corrected.words(), plain.words());
  }

  void write(ObjectNode object) {
    object.put("networks", networks);
    object.put("date", date.toString());
    object.put("calibration", calibration);
    correction.write(object.putObject("correction"));
    plain.write(object.putObject("plain"));
    corrected.write(object.putObject("corrected"));
  }

  static Additivity read(Fields fields) {
    return new Additivity(
        fields.text("networks"),
        fields.count("calibration", 3),
        OverheadCorrection.read(fields.object("correction")),
        SumError.read(fields.object("plain")),
        SumError.read(fields.object("corrected")),
        fields.date("date"));
  }
}
