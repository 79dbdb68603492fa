package dev.espalier.profile;

import dev.espalier.document.Fields;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The unit of latencies shows in how much a device would compute in a second. The bounds are wide:
 * from what the slowest of a class does to some times its fastest, so that what is outside is
 * another unit or another class.
 */
public final class ComputeRate {
  private ComputeRate() {}

  /**
   * Judges operators by the one in the middle.
   *
   * @param rates multiply-accumulates a microsecond of single operators; those of 0 tell nothing
   * @return what is wrong and what to check; empty where nothing is
   */
  public static Optional<String> implausible(DeviceClass deviceClass, double[] rates) {
    double[] sorted = Arrays.stream(rates).filter(r -> r > 0).sorted().toArray();
    if (sorted.length == 0) {
      return Optional.empty();
    }
    double rate = sorted[sorted.length / 2];
    double least = deviceClass == DeviceClass.MCU ? 0.05 : 5;
    double most =
        switch (deviceClass) {
          case MCU -> 1e5; // some have a neural processor beside
          case CPU -> 2e6;
          case DSP, FPGA, MOBILE_GPU -> 2e7;
        };
    return rate >= least && rate <= most
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "half of the operators would do more, half fewer than %.3g million multiply-accumulates a second; on a device of class %s %.3g to %.3g are plausible: check the unit of the latencies%s, and the class in the description",
                rate,
                Fields.word(deviceClass),
                least,
                most,
                rate > most ? " (milliseconds given as microseconds?)" : " and the clock"));
  }
}
