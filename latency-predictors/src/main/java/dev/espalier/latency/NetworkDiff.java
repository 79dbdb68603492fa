package dev.espalier.latency;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.Architecture;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.NetworkTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the whole networks of two profiles compare; those of two spaces have none in common.
 *
 * @param onlyFirst number of networks that only the first has
 * @param onlySecond number of networks that only the second has
 * @param same number of networks whose entries are equal
 * @param moved number of networks whose entries differ
 * @param agreement over the networks that both have; empty where there are fewer than two
 */
public record NetworkDiff(
    int onlyFirst, int onlySecond, int same, int moved, Optional<Agreement> agreement) {
  private static final int FEWEST = 2;

  /**
   * How the second's latencies relate to the first's.
   *
   * @param networks number compared, at least 2
   * @param spearman rank correlation, -1 to 1
   * @param tenthPercentileRatio of second / first, above 0
   * @param medianRatio of the same
   * @param ninetiethPercentileRatio of the same
   */
  public record Agreement(
      int networks,
      double spearman,
      double tenthPercentileRatio,
      double medianRatio,
      double ninetiethPercentileRatio) {}

  /** Compares; empty where neither knows whole networks. */
  static Optional<NetworkDiff> of(HardwareProfile first, HardwareProfile second) {
    if (first.networks().isEmpty() && second.networks().isEmpty()) {
      return Optional.empty();
    }
    int left = first.allNetworks().map(NetworkTable::size).orElse(0);
    int right = second.allNetworks().map(NetworkTable::size).orElse(0);
    return Optional.of(
        first
            .allNetworks()
            .flatMap(
                l ->
                    second
                        .allNetworks()
                        .filter(r -> r.space().equals(l.space()))
                        .map(r -> of(l, r)))
            .orElse(new NetworkDiff(left, right, 0, 0, Optional.empty())));
  }

  private static NetworkDiff of(NetworkTable first, NetworkTable second) {
    int same = 0;
    List<Double> left = new ArrayList<>();
    List<Double> right = new ArrayList<>();
    for (Map.Entry<Architecture, LatencyEntry> each : first.entries().entrySet()) {
      Optional<LatencyEntry> other = second.find(each.getKey());
      if (other.isPresent()) {
        same += other.get().equals(each.getValue()) ? 1 : 0;
        left.add(each.getValue().micros());
        right.add(other.get().micros());
      }
    }
    int common = left.size();
    return new NetworkDiff(
        first.size() - common,
        second.size() - common,
        same,
        common - same,
        common < FEWEST ? Optional.empty() : Optional.of(agreement(doubles(left), doubles(right))));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(v -> v).toArray();
  }

  static Agreement agreement(double[] first, double[] second) {
    double[] ratios = new double[first.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = second[i] / first[i];
    }
    Samples ratio = Samples.of(ratios);
    return new Agreement(
        first.length,
        PredictorError.spearman(first, second),
        ratio.quantile(0.1),
        ratio.median(),
        ratio.quantile(0.9));
  }
}
