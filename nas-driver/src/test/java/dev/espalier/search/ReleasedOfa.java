package dev.espalier.search;

import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.accuracy.OfaAccuracyPredictor;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.TorchCheckpoint;
import dev.espalier.importer.ImportSettings;
import dev.espalier.importer.SourceFile;
import dev.espalier.importer.TableImport;
import dev.espalier.importer.TableImporter;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Origin;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import dev.espalier.table.LatencyTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What OFA released for a Samsung Note10: space, latency tables and accuracy predictor; and what
 * its own evolutionary search (population 100, 500 generations) found with them at best, over
 * several seeds.
 */
public final class ReleasedOfa {
  public static final Path DATA = Path.of("..", "..", "shared", "data", "ofa-mbv3-note10");
  public static final List<Integer> RESOLUTIONS = List.of(160, 176, 192, 208, 224);

  /** Accuracy in per cent by budget in milliseconds. */
  public static final Map<Integer, Double> FOUND_BY_OFA =
      Map.of(15, 78.5, 20, 80.6, 25, 82.0, 30, 82.6, 40, 84.0, 50, 84.5, 60, 85.4);

  private ReleasedOfa() {}

  public static SearchSpace space() {
    return space("ofa-mobilenetv3-w1.2@160,176,192,208,224");
  }

  /** A released space by its name. */
  public static SearchSpace space(String name) {
    return new SpaceCatalogue(
            new Storage(new Configuration(false)),
            List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
        .read(name);
  }

  public static MlpEnsemble predictor(SearchSpace space) {
    Path file = DATA.resolve("acc_predictor.pth");
    return OfaAccuracyPredictor.read(
        space, TorchCheckpoint.read(bytes(file), file.toString()), file.toString());
  }

  /** The tables of some resolutions; an operator that several hold has its pooled mean. */
  public static LatencyTable table(List<Integer> resolutions) {
    List<SourceFile> files = new ArrayList<>();
    for (int resolution : resolutions) {
      Path file = DATA.resolve(resolution + "_lookup_table.yaml");
      files.add(SourceFile.of(file.toString(), bytes(file)));
    }
    return TableImport.read(
            TableImporter.named("ofa-yaml"),
            files,
            new ImportSettings(Precision.FLOAT32, Origin.MEASURED, Optional.empty()))
        .table();
  }

  /** The sum of the tables' entries. */
  public static AdditiveFunction latencyMicros(SearchSpace space, List<Integer> resolutions) {
    LatencyTable table = table(resolutions);
    return AdditiveFunction.compile(
        space,
        0,
        (slot, code) -> {
          double micros = 0;
          for (Operator operator : space.operators(slot, code)) {
            // A table of one resolution lacks the others' operators: those are not asked for.
            micros += table.find(operator).map(e -> e.micros()).orElse(0.0);
          }
          return micros;
        });
  }

  /** A target with one budget for each number of milliseconds. */
  public static SearchTarget target(AdditiveFunction latencyMicros, int... millis) {
    List<Budget> budgets = new ArrayList<>();
    for (int ms : millis) {
      budgets.add(Budget.atMost(ms + "ms", Quantity.LATENCY, 1000.0 * ms));
    }
    return new SearchTarget(
        "note10", Quantity.LATENCY, Map.of(Quantity.LATENCY, latencyMicros), budgets);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
