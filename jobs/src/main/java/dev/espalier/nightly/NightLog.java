package dev.espalier.nightly;

import java.util.List;
import java.util.Map;

/**
 * What a night did, in short; the only thing that a night writes in which nothing changed.
 *
 * @param night its name
 * @param began when
 * @param seconds how long it took
 * @param outcome as the exit status says
 * @param published whether it is a night of the store
 * @param searched targets
 * @param decisions how many models of each decision
 * @param failed reasons by target
 * @param notes on what was out of the ordinary
 */
public record NightLog(
    String night,
    String began,
    double seconds,
    NightOutcome outcome,
    boolean published,
    List<String> searched,
    Map<String, Integer> decisions,
    Map<String, String> failed,
    List<String> notes) {
  public NightLog {
    searched = List.copyOf(searched);
    decisions = Map.copyOf(decisions);
    failed = Map.copyOf(failed);
    notes = List.copyOf(notes);
  }
}
