package dev.espalier.nightly;

import java.util.List;

/**
 * Which night is the latest: the content of the pointer.
 *
 * @param format of this record
 * @param night that devices are to be served from
 * @param newest night that was published when this was written; a later one was never made the
 *     latest because its process ended
 * @param by {@code night} or {@code rollback}
 * @param at when it was switched
 * @param rejected models that were rolled back and are not deployed again
 */
public record Latest(
    int format, String night, String newest, String by, String at, List<Rejection> rejected) {
  static final int FORMAT = 1;
  static final String BY_NIGHT = "night";
  static final String BY_ROLLBACK = "rollback";

  public Latest {
    rejected = List.copyOf(rejected);
  }

  /**
   * A model that was rolled back.
   *
   * @param target of the model
   * @param budget of the model
   * @param code of its architecture
   * @param source digest of the supernet or predictor it was found with
   * @param when it was rolled back
   */
  public record Rejection(String target, String budget, String code, String source, String when) {}
}
