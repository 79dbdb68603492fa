package dev.espalier.cli;

import dev.espalier.operator.Precision;
import dev.espalier.operatorlatency.OperatorLatencyFit;
import dev.espalier.operatorlatency.OperatorLatencyFit.Kernels;
import dev.espalier.work.WorkGeometry;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that say what executes operators, for a model of them. */
final class KernelChoice {
  private static final Pattern LANES = Pattern.compile("([0-9]{1,4})x([0-9]{1,4})x([0-9]{1,4})");

  @Option(
      names = "--lanes",
      paramLabel = "PxIxO",
      description = {
        "The device multiplies in one array, so many positions, input and output channels at once,",
        "as 8x12x12. Default: by code for each kind of operator, one value at a time."
      })
  private String lanes;

  @Option(
      names = "--on-chip",
      description = "Find out above what size maps inside blocks go through memory.")
  private boolean onChip;

  /** Whether any of them was given. */
  boolean given() {
    return lanes != null || onChip;
  }

  /**
   * The fit that they ask for.
   *
   * @throws IllegalArgumentException if the lanes are no three numbers
   */
  OperatorLatencyFit fit(Precision precision) {
    WorkGeometry geometry = geometry();
    return new OperatorLatencyFit(
        precision,
        lanes == null ? Kernels.SEPARATE : Kernels.SHARED,
        onChip ? OperatorLatencyFit.onChipLimits(geometry) : List.of(geometry));
  }

  private WorkGeometry geometry() {
    if (lanes == null) {
      return WorkGeometry.SCALAR;
    }
    Matcher matcher = LANES.matcher(lanes);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--lanes %s is not three numbers with x between, as in 8x12x12".formatted(lanes));
    }
    return WorkGeometry.lanes(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }
}
