package dev.espalier.accuracy;

import dev.espalier.space.Architecture;
import java.util.Objects;

/**
 * A subnet's top-1 accuracy as a file of somebody's measurements reports it. On which supernet,
 * images and calibration it was taken, the file alone stands for: measurements of one file can be
 * fitted together, those of two cannot.
 *
 * @param architecture what was measured
 * @param accuracy fraction between 0 and 1
 * @param fileDigest of the file, SHA-256 in hexadecimal
 */
public record ReportedAccuracy(Architecture architecture, double accuracy, String fileDigest)
    implements MeasuredAccuracy {
  public ReportedAccuracy {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(fileDigest, "fileDigest");
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy " + accuracy + " is not between 0 and 1");
    }
  }

  @Override
  public boolean comparableWith(MeasuredAccuracy other) {
    return other instanceof ReportedAccuracy reported && reported.fileDigest.equals(fileDigest);
  }

  @Override
  public String circumstances() {
    return "as file " + fileDigest + " reports";
  }
}
