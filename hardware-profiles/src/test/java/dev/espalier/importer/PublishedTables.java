package dev.espalier.importer;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.espalier.artefact.Storage;
import dev.espalier.operator.Operator;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import dev.espalier.table.LatencyTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Tables that others published, which are not part of the project; tests of them are skipped where
 * they are not beside it. {@code -Despalier.shared=FOLDER} says where else they are.
 */
final class PublishedTables {
  static final Storage STORAGE = new Storage(new Configuration(false));
  static final Path NOTE10 = data("ofa-mbv3-note10");
  static final Path PIXEL1 = data("proxylessnas-pixel1");
  static final Path ULTRA96 = data("ofa-mbv3-fpga-ultra96v2");

  private PublishedTables() {}

  private static Path data(String name) {
    return Path.of(System.getProperty("espalier.shared", "../../shared"), "data", name);
  }

  static SourceFile file(Path folder, String name) {
    Path file = folder.resolve(name);
    assumeThat(file).as("published table %s, see -Despalier.shared", file).exists();
    try {
      return SourceFile.of(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files of the Note10, one for each resolution from 160 to 224. */
  static List<SourceFile> note10() {
    return Stream.iterate(160, r -> r <= 224, r -> r + 4)
        .map(r -> file(NOTE10, r + "_lookup_table.yaml"))
        .toList();
  }

  static SearchSpace space(String name) {
    return new SpaceCatalogue(STORAGE, List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
        .read(name);
  }

  /** The sum over an architecture's operators, milliseconds. */
  static double millis(LatencyTable table, SearchSpace space, String architecture) {
    double micros = 0;
    for (Operator operator : space.lower(space.parse(architecture))) {
      micros += table.find(operator).orElseThrow().micros();
    }
    return micros / 1000;
  }
}
