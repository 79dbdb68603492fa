package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.latency.NetworkMeasurements;
import dev.espalier.latency.NetworkMeasurements.Columns;
import dev.espalier.latency.NetworkMeasurements.Unit;
import dev.espalier.space.SearchSpace;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Option;

/** The options that name a file of measured whole networks, and what it holds where. */
final class MeasurementsChoice {
  @Option(
      names = "--measurements",
      paramLabel = "FILE",
      description = "CSV of measured whole networks.")
  private String file;

  @Option(
      names = "--architecture-column",
      paramLabel = "C",
      defaultValue = "architecture",
      description = "Column of the networks. Default: ${DEFAULT-VALUE}.")
  private String architectureColumn;

  @Option(
      names = "--latency-column",
      paramLabel = "C",
      defaultValue = "latency",
      description = "Column of their latencies. Default: ${DEFAULT-VALUE}.")
  private String latencyColumn;

  @Option(
      names = "--unit",
      paramLabel = "U",
      description = "Of the latencies: us or ms. Needed with --measurements.")
  private Unit unit;

  /** The file, where one was named. */
  Optional<String> file() {
    return Optional.ofNullable(file);
  }

  boolean hasUnit() {
    return unit != null;
  }

  /**
   * Reads the file, which was named, and its unit.
   *
   * @param fewest networks that are needed
   * @param remedy where there are fewer
   */
  NetworkMeasurements read(Storage storage, SearchSpace space, int fewest, String remedy) {
    NetworkMeasurements measured =
        NetworkMeasurements.read(
            space,
            file,
            storage.read(new Path(file)),
            new Columns(architectureColumn, latencyColumn, unit));
    measured.requireNetworks(file, fewest, remedy);
    return measured;
  }
}
