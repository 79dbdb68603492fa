package dev.espalier.operatorlatency;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.artefact.Storage;
import dev.espalier.importer.SourceFile;
import dev.espalier.operator.Precision;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Published measurements beside the project; tests that need them are skipped without. */
final class RealData {
  static final Path FOLDER = Path.of("../../shared/data");

  private RealData() {}

  static SourceFile file(String name) {
    Path path = FOLDER.resolve(name);
    assumeTrue(
        Files.exists(path),
        "skipped: needs " + path.toAbsolutePath().normalize() + ", which is not there");
    try {
      return SourceFile.of(path.toString(), Files.readAllBytes(path));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static SearchSpace space(String name) {
    return new SpaceCatalogue(
            new Storage(new Configuration(false)),
            List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
        .read(name);
  }

  static MeasuredSet read(String form, String file, Optional<String> device, String... spaces) {
    return SampleForm.named(form)
        .read(
            List.of(file(file)),
            new SampleChoice(
                Precision.INT8,
                device,
                java.util.Arrays.stream(spaces).map(RealData::space).toList(),
                RealData::space));
  }
}
