package dev.espalier.latency;

import dev.espalier.space.Architecture;
import java.util.List;

/** What is known of a device: what networks take there, by whatever model or table. */
@FunctionalInterface
public interface LatencySource {
  /**
   * Tells of networks.
   *
   * @return microseconds of each, above 0, in their order
   */
  double[] micros(List<Architecture> networks);

  /**
   * What several devices take, as a regression looks at it.
   *
   * @return logarithms of microseconds, flat, {@code (networks, sources)}
   */
  static double[] logarithms(List<? extends LatencySource> sources, List<Architecture> networks) {
    double[] logs = new double[networks.size() * sources.size()];
    for (int s = 0; s < sources.size(); s++) {
      double[] micros = sources.get(s).micros(networks);
      for (int i = 0; i < micros.length; i++) {
        logs[i * sources.size() + s] = Math.log(micros[i]);
      }
    }
    return logs;
  }
}
