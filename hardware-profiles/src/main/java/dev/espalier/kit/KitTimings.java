package dev.espalier.kit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was read of one or several files of results.
 *
 * @param timings of each model, in the kit's order; at least one
 * @param outliers models with samples far from the others
 * @param outliersDropped whether the timings are without them
 * @param unfinished runs that were begun and told no latency, each with its place
 */
public record KitTimings(
    Map<KitModel, Timing> timings,
    List<Outliers> outliers,
    boolean outliersDropped,
    List<String> unfinished) {
  public KitTimings {
    timings = Collections.unmodifiableMap(new LinkedHashMap<>(timings));
    outliers = List.copyOf(outliers);
    unfinished = List.copyOf(unfinished);
  }

  /**
   * The samples of a model that are more than five robust deviations from its median.
   *
   * @param model that was timed
   * @param count of them, at least 1
   * @param samples of the model, those included
   * @param medianMicros of all
   * @param farthestMicros the one that is farthest off
   */
  public record Outliers(
      KitModel model, int count, int samples, double medianMicros, double farthestMicros) {}
}
