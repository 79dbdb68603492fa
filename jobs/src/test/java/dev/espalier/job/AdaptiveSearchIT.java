package dev.espalier.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.measurement.Samples;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches that evaluate subnets first. */
class AdaptiveSearchIT {
  @TempDir private static Path folder;

  private final List<String> notes = new ArrayList<>();

  private static final class NothingAtHand implements ModelTimer {
    @Override
    public boolean reaches(ProfileDescription profile) {
      return false;
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      throw new IllegalStateException("no device is at hand");
    }

    @Override
    public String conditions() {
      return "none";
    }
  }

  private final class Heard implements Progress {
    @Override
    public Stage begin(String what, long units) {
      return done -> {};
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }
  }

  @BeforeAll
  static void makeInputs() {
    System.setProperty("spark.master", "local[2]");
    TinySupernet.write(folder.resolve("shipped/supernets/tiny"));
    TinySupernet.writeProfile(folder.resolve("shipped/profiles/imaginary"), "imaginary");
  }

  private SearchResult search(String name, String evaluate) {
    notes.clear();
    return new SearchJob(
            new Home(folder.resolve("shipped"), folder.resolve("own")),
            new NothingAtHand(),
            new TreeMap<>(),
            new Heard())
        .run(
            SearchRequestReader.read(
                "test",
                """
                supernet: tiny
                targets: imaginary
                budgets: 2
                seed: 4
                %s
                engine: {kind: evolution, population: 16, generations: 4}
                """
                    .formatted(evaluate)),
            new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()));
  }

  private static long measurementFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("shared"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void predictorsAreRefittedToWhatWasEvaluatedAndASecondSearchMeasuresNothing() throws IOException {
    String evaluate =
        "evaluate: {most: 20, per-round: 10, measurements: \"%s\"}"
            .formatted(folder.resolve("shared").toUri());

    SearchResult first = search("first", evaluate);
    long files = measurementFiles();

    assertThat(first.accuracy().kind()).isEqualTo("MLP corrected by 20 measurements");
    assertThat(notes).anyMatch(n -> n.startsWith("round 2: 20 evaluated, fronts gained "));
    assertThat(notes).contains("evaluated 20 subnets: as many evaluations as were allowed");
    String run = Files.readString(folder.resolve("first/run.json"), UTF_8);
    assertThat(run).contains("MLP corrected by 20 measurements").contains("\"perRound\": 10");
    SearchResult second = search("second", evaluate);
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(measurementFiles()).isEqualTo(files).isPositive();
    assertThat(search("without", "").accuracy().kind()).isEqualTo("MLP");
  }
}
