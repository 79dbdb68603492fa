package dev.espalier.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers that are killed, as processes of their own, and what the next one makes of it. */
class ResumedRunIT {
  /** How the last stage is called. */
  private static final String FORMATS = "writing and running";

  /** How a process ends that is killed. */
  private static final int KILLED = 137;

  @TempDir private static Path folder;

  /** A device on which everything takes a microsecond; ends the process where it is told to. */
  private record HaltingTimer(String haltsIn) implements ModelTimer {
    @Override
    public boolean reaches(ProfileDescription profile) {
      return true;
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      haltIn("timing");
      return models.stream().map(m -> Samples.of(1)).toList();
    }

    /** Asked when the run is written into a folder that is yet to be published. */
    @Override
    public String conditions() {
      haltIn("writing");
      return "made up";
    }

    private void haltIn(String place) {
      if (haltsIn.equals(place)) {
        Runtime.getRuntime().halt(KILLED);
      }
    }
  }

  /**
   * Notes what it is told, and ends the process, without any clean-up, when a stage of a name is
   * closed.
   */
  private record HaltingProgress(String haltsAfter, List<String> notes) implements Progress {
    @Override
    public Stage begin(String what, long units) {
      return new Stage() {
        @Override
        public void done(long done) {}

        @Override
        public void close() {
          if (!haltsAfter.isEmpty() && what.startsWith(haltsAfter)) {
            Runtime.getRuntime().halt(KILLED);
          }
        }
      };
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }
  }

  private static SearchResult search(
      Path home, Path output, String engine, HaltingProgress progress, ModelTimer timer) {
    return new SearchJob(
            new Home(home.resolve("shipped"), home.resolve("own")),
            timer,
            new TreeMap<>(),
            progress)
        .run(
            SearchRequestReader.read(
                "test",
                """
                supernet: tiny
                targets: [imaginary, other]
                budgets: 2
                seed: 4
                engine: %s
                formats: [onnx-int8]
                """
                    .formatted(engine)),
            new org.apache.hadoop.fs.Path(output.toUri()));
  }

  /**
   * A driver that is killed: home, output, engine, and after which stage, or in the middle of
   * {@code timing} or {@code writing}.
   */
  public static void main(String[] arguments) {
    System.setProperty("spark.master", "local[2]");
    boolean within = List.of("timing", "writing").contains(arguments[3]);
    search(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        arguments[2],
        new HaltingProgress(within ? "" : arguments[3], new ArrayList<>()),
        new HaltingTimer(within ? arguments[3] : ""));
  }

  @BeforeAll
  static void makeInputs() {
    System.setProperty("spark.master", "local[2]");
    TinySupernet.write(folder.resolve("shipped/supernets/tiny"));
    TinySupernet.writeProfile(folder.resolve("shipped/profiles/imaginary"), "imaginary");
    TinySupernet.writeProfile(folder.resolve("shipped/profiles/other"), "other");
  }

  private static void kill(Path output, String engine, String after) throws Exception {
    Path log = folder.resolve("killed.log");
    Process process =
        OwnProcess.of(
                List.of(),
                ResumedRunIT.class,
                List.of(folder.toString(), output.toString(), engine, after))
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log, UTF_8)).isEqualTo(KILLED);
    assertThat(output).doesNotExist();
  }

  private static SortedMap<String, String> files(Path run) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(run)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        contents.put(run.relativize(path).toString(), Digest.of(Files.readAllBytes(path)));
      }
    }
    contents.remove("timings.json");
    contents.remove("report.html");
    return contents;
  }

  private static List<String> siblings(Path output) throws IOException {
    try (Stream<Path> paths = Files.list(output.getParent())) {
      return paths.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  /** Kills a driver at each place, one after another, into one output; then lets one end. */
  private static void killAndGoOn(String name, String engine, String... places) throws Exception {
    Path undisturbed = folder.resolve(name + "/undisturbed/run");
    search(
        folder,
        undisturbed,
        engine,
        new HaltingProgress("", new ArrayList<>()),
        new HaltingTimer(""));
    Path output = folder.resolve(name + "/resumed/run");
    for (String place : places) {
      kill(output, engine, place);
      assertThat(siblings(output)).as("after %s", place).isNotEmpty();
    }
    List<String> notes = new ArrayList<>();

    search(folder, output, engine, new HaltingProgress("", notes), new HaltingTimer(""));

    assertThat(files(output)).isEqualTo(files(undisturbed));
    assertThat(siblings(output)).as("nothing else is left").containsExactly("run");
    assertThat(notes).anyMatch(n -> n.startsWith("Going on with an interrupted run"));
    assertThat(notes).anyMatch(n -> n.contains("models were made before"));
    if (List.of(places).contains(FORMATS)) {
      assertThat(notes).anyMatch(n -> n.contains("models were written in their formats before"));
    }
  }

  @Test
  void anEvolutionGoesOnAfterSearchAndAfterEmissionWithTheSameBytes() throws Exception {
    killAndGoOn(
        "evolution", "{kind: evolution, population: 16, generations: 4}", "extracting", "writing");
  }

  @Test
  void anExactSearchGoesOnAfterItsTargetsAndFormatsWithTheSameBytes() throws Exception {
    killAndGoOn("exact", "exact", "searching", "timing", FORMATS);
  }

  @Test
  void damageIsPassedOverAndDoneAgain() throws Exception {
    Path output = folder.resolve("damaged/run");
    kill(output, "exact", "timing");
    Path checkpoint;
    try (Stream<Path> paths = Files.list(output.getParent())) {
      checkpoint = paths.findFirst().orElseThrow();
    }
    assertThat(checkpoint.getFileName().toString()).startsWith(".run.checkpoint-");
    try (Stream<Path> paths = Files.list(checkpoint)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    List<String> notes = new ArrayList<>();

    search(folder, output, "exact", new HaltingProgress("", notes), new HaltingTimer(""));

    assertThat(notes).isEmpty();
    assertThat(siblings(output)).containsExactly("run");
  }

  @Test
  void ofTwoRunsToOnePlaceOneWinsAndTheOtherSaysSo() throws Exception {
    Path output = folder.resolve("race/run");
    ModelTimer faster =
        new ModelTimer() {
          @Override
          public boolean reaches(ProfileDescription profile) {
            return true;
          }

          /** Another run of another request publishes while this one times. */
          @Override
          public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
            try {
              Files.createDirectories(output);
              Files.writeString(output.resolve("run.json"), "the other's");
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            return models.stream().map(m -> Samples.of(1)).toList();
          }

          @Override
          public String conditions() {
            return "made up";
          }
        };

    assertThatThrownBy(
            () ->
                search(folder, output, "exact", new HaltingProgress("", new ArrayList<>()), faster))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("is not empty (run.json): choose another folder");
    assertThat(Files.readString(output.resolve("run.json"))).isEqualTo("the other's");
    assertThat(siblings(output)).containsExactly("run");
  }
}
