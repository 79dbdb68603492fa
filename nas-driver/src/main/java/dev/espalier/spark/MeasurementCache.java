package dev.espalier.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.MeasurementConditions;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measured accuracies on a file system, so that no subnet is measured twice.
 *
 * <pre>
 * ROOT/SUPERNET-DATA-cCALIBRATION/            the first 16 digits of each digest
 *   DIGEST.jsonl                              of its content; one line a measurement:
 *     {"check": "DIGEST OF THE REST", "measured": {"architecture": "HEX", "calibrationImages": ...,
 *      "correct": ..., "data": SHA-256, "images": ..., "supernet": SHA-256}}
 * </pre>
 *
 * <p>Each task writes one file and publishes it by a rename. A line that is damaged or does not
 * belong here is reported and measured again. Any number of runs and users may share a root. What a
 * killed task leaves half written is hidden, and removed by its run, or where that was killed too,
 * by a later one.
 */
final class MeasurementCache {
  private static final Logger LOG = LoggerFactory.getLogger(MeasurementCache.class);
  private static final int SHORT = 16;
  private static final String SUFFIX = ".jsonl";

  /** A file is written within seconds: an older half belongs to nobody. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private final Storage storage;
  private final Path folder;
  private final MeasurementConditions conditions;
  private final int images;

  private record Line(
      @JsonProperty(required = true) String check,
      @JsonProperty(required = true) Measured measured) {}

  private record Measured(
      @JsonProperty(required = true) String architecture,
      @JsonProperty(required = true) int calibrationImages,
      @JsonProperty(required = true) int correct,
      @JsonProperty(required = true) String data,
      @JsonProperty(required = true) int images,
      @JsonProperty(required = true) String supernet) {

    String check() {
      return Digest.of(Json.tree(this).toString().getBytes(UTF_8)).substring(0, SHORT);
    }
  }

  MeasurementCache(Storage storage, Path root, MeasurementConditions conditions, int images) {
    this.storage = storage;
    this.folder =
        new Path(
            storage.qualified(root),
            "%s-%s-c%d"
                .formatted(
                    conditions.supernetDigest().substring(0, SHORT),
                    conditions.dataDigest().substring(0, SHORT),
                    conditions.calibrationImages()));
    this.conditions = conditions;
    this.images = images;
  }

  /** Where the measurements under these conditions are. */
  Path folder() {
    return folder;
  }

  /** Every sound measurement under these conditions. */
  Map<Architecture, AccuracyMeasurement> read() {
    Map<Architecture, AccuracyMeasurement> found = new HashMap<>();
    if (!storage.exists(folder)) {
      return found;
    }
    for (String name : storage.list(folder)) {
      Path file = new Path(folder, name);
      int number = 0;
      for (String line : new String(storage.read(file), UTF_8).lines().toList()) {
        number++;
        try {
          AccuracyMeasurement measurement = parse(line, file + ", line " + number);
          found.put(measurement.architecture(), measurement);
        } catch (ArtefactException | IllegalArgumentException e) {
          LOG.warn("{}, line {}: {}; measuring it again", file, number, e.getMessage());
        }
      }
    }
    return found;
  }

  private AccuracyMeasurement parse(String line, String source) {
    Line read = Json.read(line.getBytes(UTF_8), Line.class, source);
    Measured measured = read.measured;
    if (measured == null || !measured.check().equals(read.check)) {
      throw new IllegalArgumentException("the cached measurement was altered");
    }
    AccuracyMeasurement measurement =
        new AccuracyMeasurement(
            Architecture.ofHex(measured.architecture),
            measured.correct,
            measured.images,
            new MeasurementConditions(
                measured.supernet, measured.data, measured.calibrationImages));
    if (!measurement.conditions().equals(conditions) || measurement.images() != images) {
      throw new IllegalArgumentException("the cached measurement is of other conditions");
    }
    return measurement;
  }

  /**
   * Adds measurements.
   *
   * @param run that they belong to, part of the name while a file is written
   * @throws ArtefactException if they cannot be written; then nothing is left behind
   */
  static void write(
      Storage storage, Path folder, String run, List<AccuracyMeasurement> measurements) {
    StringBuilder lines = new StringBuilder();
    for (AccuracyMeasurement measurement : measurements) {
      Measured measured =
          new Measured(
              measurement.architecture().toHex(),
              measurement.conditions().calibrationImages(),
              measurement.correct(),
              measurement.conditions().dataDigest(),
              measurement.images(),
              measurement.conditions().supernetDigest());
      lines.append(Json.tree(new Line(measured.check(), measured))).append('\n');
    }
    byte[] bytes = lines.toString().getBytes(UTF_8);
    Path file = new Path(folder, Digest.of(bytes).substring(0, SHORT) + SUFFIX);
    // A repeated task writes the same once more, and a damaged file is replaced.
    storage.replace(file, bytes, run + "-" + UUID.randomUUID());
  }

  /** Removes what killed tasks of a run, and long ended runs, left half written. */
  void sweep(String run) {
    FileSystem fileSystem = storage.fileSystem(folder);
    long now = System.currentTimeMillis();
    try {
      if (!fileSystem.exists(folder)) {
        return;
      }
      for (FileStatus status : fileSystem.listStatus(folder)) {
        String name = status.getPath().getName();
        if (name.startsWith(".")
            && (name.contains(SUFFIX + "-" + run)
                || now - status.getModificationTime() > ABANDONED.toMillis())) {
          fileSystem.delete(status.getPath(), false);
        }
      }
    } catch (IOException e) {
      LOG.warn("{}: half written files could not be removed: {}", folder, e.getMessage());
    }
  }
}
