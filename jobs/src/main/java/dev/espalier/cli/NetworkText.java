package dev.espalier.cli;

import dev.espalier.document.Fields;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.NetworkTable;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/** What people are told of whole networks. */
final class NetworkText {
  private NetworkText() {}

  /** How many networks have a latency; all of their space where a model says of the others. */
  static String count(HardwareProfile profile) {
    return profile.networkModel().isPresent()
        ? "all"
        : String.valueOf(profile.networks().map(NetworkTable::size).orElse(0));
  }

  /** Prints what a model of networks was fitted on, and the error of what was modelled. */
  static void printModel(PrintWriter out, HardwareProfile profile) {
    profile
        .networkModel()
        .ifPresent(
            model ->
                out.println(
                    "model      %s, fitted on %s".formatted(model.format(), model.fittedOn())));
    profile.networkError().ifPresent(error -> out.println("error      " + error.words()));
  }

  /** Prints how many there are, of what, where they come from, and their range. */
  static void print(PrintWriter out, NetworkTable networks) {
    out.println(
        "networks   %d of the %s of %s: %s"
            .formatted(
                networks.size(),
                networks.space().size(),
                networks.space().family(),
                networks.origins().entrySet().stream()
                    .map(e -> e.getValue() + " " + Fields.word(e.getKey()))
                    .collect(Collectors.joining(", "))));
    Samples micros =
        Samples.of(
            networks.entries().values().stream().mapToDouble(LatencyEntry::micros).toArray());
    out.println(
        String.format(
            Locale.ROOT,
            "range      of whole networks %.1f to %.1f us, median %.1f us",
            micros.least(),
            micros.quantile(1),
            micros.median()));
  }

  /** Prints how many of a space's networks there are. */
  static void print(PrintWriter out, String name, SearchSpace space, NetworkTable networks) {
    out.println(
        networks.space().equals(space)
            ? "space      %s: %d of %s whole networks"
                .formatted(name, networks.size(), space.size())
            : "space      %s: none of its networks as a whole; those known are of another space, %s"
                .formatted(name, networks.space().family()));
  }

  /** What is known of one network, in words. */
  static String words(LatencyEntry entry) {
    String words = "this network as a whole was " + Fields.word(entry.origin());
    if (entry.origin() == Origin.MODELLED) {
      return words;
    }
    String std =
        entry.stdMicros().isPresent()
            ? String.format(
                Locale.ROOT, ", standard deviation %.1f us", entry.stdMicros().getAsDouble())
            : "";
    String samples =
        entry.samples().isPresent() ? ", %d samples".formatted(entry.samples().getAsLong()) : "";
    return words + std + samples;
  }
}
