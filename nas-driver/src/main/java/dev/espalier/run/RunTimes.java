package dev.espalier.run;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** When a run began, where, and how long each of its phases took. Not thread-safe. */
final class RunTimes {
  private final Clock clock;
  private final Instant began;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private Instant last;

  RunTimes(Clock clock) {
    this.clock = clock;
    this.began = clock.instant();
    this.last = began;
  }

  /** Ends the phase that began when the one before it ended. */
  void ended(String phase) {
    Instant now = clock.instant();
    seconds.merge(phase, Duration.between(last, now).toMillis() / 1000.0, Double::sum);
    last = now;
  }

  Instant began() {
    return began;
  }

  /** Seconds by phase, in order. */
  Map<String, Double> seconds() {
    return Collections.unmodifiableMap(seconds);
  }

  String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
