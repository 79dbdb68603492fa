package dev.espalier.nightly;

import dev.espalier.run.SearchRequest;
import java.time.Duration;

/**
 * What a nightly search is asked for.
 *
 * @param request the fleet, without an output of its own
 * @param store folder of the nights; a Hadoop path
 * @param keepNights how many nights are kept beside those that a kept one needs, at least 1
 * @param margins when a model is replaced
 * @param lease how long a lock holds that its night does not renew
 */
public record NightlyConfig(
    SearchRequest request, String store, int keepNights, Margins margins, Duration lease) {
  public NightlyConfig {
    if (keepNights < 1) {
      throw new IllegalArgumentException("keep: " + keepNights + " nights are below 1");
    }
  }
}
