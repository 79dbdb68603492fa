package dev.espalier.operatorlatency;

import dev.espalier.work.OperatorWork;
import java.util.List;
import java.util.Objects;

/**
 * The measured latency of an operator, or of a whole network.
 *
 * @param place where it stands, for messages
 * @param group what is kept out of a fit together with it, as in {@code stage3}
 * @param subject what was measured
 * @param work of the operator, or of the network's operators in order, at least one
 * @param micros latency, microseconds, finite and above 0
 */
public record MeasuredWork(
    String place, String group, Subject subject, List<OperatorWork> work, double micros) {
  /** What a latency is of. */
  public enum Subject {
    OPERATOR,
    NETWORK
  }

  public MeasuredWork {
    Objects.requireNonNull(group);
    Objects.requireNonNull(subject);
    work = List.copyOf(work);
    if (work.isEmpty() || !(micros > 0) || Double.isInfinite(micros)) {
      throw new IllegalArgumentException(
          "%s: %d operators must be at least 1, latency %s us finite and above 0"
              .formatted(place, work.size(), micros));
    }
  }

  /** Multiply-accumulates. */
  public long macs() {
    return work.stream().mapToLong(OperatorWork::macs).sum();
  }
}
