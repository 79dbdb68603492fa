package dev.espalier.nightly;

import dev.espalier.artefact.Digest;
import dev.espalier.cost.CostModel;
import dev.espalier.job.TinySupernet;
import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.search.CostSpan;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** A folder of devices that can be measured again, and a predictor and supernet to retrain. */
public final class Fleet {
  private final Path folder;

  /** In a folder that is empty. */
  public Fleet(Path folder) {
    this.folder = folder;
  }

  public Path devices() {
    return folder.resolve("devices");
  }

  public Path predictor() {
    return folder.resolve("predictor");
  }

  public Path supernet() {
    return folder.resolve("supernet");
  }

  private static void delete(Path path) {
    try {
      FileUtils.deleteDirectory(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new device. */
  public void add(String device) {
    TinySupernet.writeProfile(devices().resolve(device), device);
  }

  public void remove(String device) {
    delete(devices().resolve(device));
  }

  public void trainPredictor(long seed) {
    delete(predictor());
    TinySupernet.writePredictor(predictor(), seed);
  }

  public void trainSupernet(long seed) {
    delete(supernet());
    TinySupernet.write(supernet(), TinySupernet.SPACE, seed);
  }

  private HardwareProfile profile(String device) {
    return HardwareProfile.read(
        TinySupernet.STORAGE, new org.apache.hadoop.fs.Path(devices().resolve(device).toUri()));
  }

  /** Measures a device again: some of its operators take so many times as long. */
  public void measure(String device, Predicate<Operator> which, double factor) {
    HardwareProfile before = profile(device);
    Map<Operator, LatencyEntry> entries = new HashMap<>(before.table().entries());
    entries.replaceAll(
        (operator, entry) ->
            which.test(operator)
                ? new LatencyEntry(
                    factor * entry.micros(), 0, OptionalDouble.empty(), 0, entry.origin())
                : entry);
    delete(devices().resolve(device));
    before.toBuilder()
        .table(LatencyTable.of(entries))
        .build()
        .write(
            TinySupernet.STORAGE, new org.apache.hadoop.fs.Path(devices().resolve(device).toUri()));
  }

  /** Damages a device's table, or restores what {@link #damage} damaged. */
  public void damage(String device) throws IOException {
    Path table = devices().resolve(device).resolve(HardwareProfile.TABLE);
    Files.copy(table, folder.resolve("undamaged"));
    Files.writeString(table, Files.readString(table).replaceFirst("\n[^\n]*\n$", "\n"));
  }

  public void restore(String device) throws IOException {
    Files.move(
        folder.resolve("undamaged"),
        devices().resolve(device).resolve(HardwareProfile.TABLE),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  /** A latency that is so much of the way from the least to the greatest of a device. */
  public long micros(String device, double share) {
    CostSpan span =
        CostSpan.of(
            TinySupernet.SPACE,
            CostModel.compile(TinySupernet.SPACE, profile(device)).latencyMicros());
    return Math.round(span.least() + share * (span.greatest() - span.least()));
  }

  /** Digests of all files below a folder, by relative name; none where there is no folder. */
  public static SortedMap<String, String> files(Path below) {
    SortedMap<String, String> files = new TreeMap<>();
    if (!Files.exists(below)) {
      return files;
    }
    try (Stream<Path> paths = Files.walk(below)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(below.relativize(path).toString(), Digest.of(Files.readAllBytes(path)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
