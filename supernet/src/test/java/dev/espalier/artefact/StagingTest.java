package dev.espalier.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagingTest {
  @TempDir java.nio.file.Path folder;
  private final Storage storage = new Storage(OtherFileSystem.configuration());

  private Path path(String scheme, String name) {
    return new Path(scheme + "://" + folder.resolve(name));
  }

  private List<String> names() throws IOException {
    try (Stream<java.nio.file.Path> all = Files.walk(folder)) {
      return all.filter(p -> !p.equals(folder))
          .map(p -> folder.relativize(p).toString())
          .sorted()
          .toList();
    }
  }

  private void write(Path destination, String content) {
    try (Staging staging = Staging.open(storage, destination)) {
      staging.write("a", content.getBytes(UTF_8));
      staging.publish();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void nothingIsAtTheDestinationBeforePublishingAndEverythingAfter(String scheme) throws Exception {
    Path destination = path(scheme, "deep/out");
    try (Staging staging = Staging.open(storage, destination)) {
      staging.write("sub/a", "1".getBytes(UTF_8));
      staging.writeJson("b.json", List.of(1));
      assertThat(folder.resolve("deep/out")).doesNotExist();
      staging.publish();
    }

    assertThat(names())
        .containsExactly("deep", "deep/out", "deep/out/b.json", "deep/out/sub", "deep/out/sub/a");
    assertThat(storage.list(destination)).containsExactly("b.json", "sub/a");
    assertThat(storage.read(new Path(destination, "sub/a"))).isEqualTo("1".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void closingWithoutPublishingLeavesNothingBehind(String scheme) throws Exception {
    Files.createDirectory(folder.resolve("kept"));
    try (Staging staging = Staging.open(storage, path(scheme, "kept/new/deep/out"))) {
      staging.write("a", new byte[1]);
    }

    assertThat(names()).containsExactly("kept");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void anEmptyFolderIsReplacedAndAnyOtherRefused(String scheme) throws Exception {
    Files.createDirectory(folder.resolve("out"));
    write(path(scheme, "out"), "1");

    assertThat(names()).containsExactly("out", "out/a");
    assertThatThrownBy(() -> write(path(scheme, "out"), "2"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("out is not empty (a): choose another folder, or remove it first");
    assertThatThrownBy(() -> write(path(scheme, "out/a"), "2"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("out/a is a file: choose a folder that does not exist");
    assertThat(names()).containsExactly("out", "out/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void theSlowerOfTwoWritersIsToldAndChangesNothing(String scheme) throws Exception {
    Path destination = path(scheme, "out");
    try (Staging slow = Staging.open(storage, destination)) {
      slow.write("b", new byte[1]);
      write(destination, "fast");
      assertThatThrownBy(slow::publish)
          .isInstanceOf(ArtefactException.class)
          .hasMessageContaining(
              "out was published by another writer meanwhile and is left as it is");
    }

    assertThat(names()).containsExactly("out", "out/a");
    assertThat(storage.read(new Path(destination, "a"))).isEqualTo("fast".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void ofWritersThatPublishAtOnceExactlyOneWins(int writers) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 20; round++) {
        Path destination = path("file", "round" + round);
        CountDownLatch start = new CountDownLatch(writers);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
          String name = "writer" + w;
          tasks.add(
              () -> {
                try (Staging staging = Staging.open(storage, destination)) {
                  staging.write(name, new byte[1]);
                  start.countDown();
                  start.await();
                  staging.publish();
                  return true;
                } catch (ArtefactException e) {
                  assertThat(e).hasMessageContaining("by another writer");
                  return false;
                }
              });
        }
        int wins = 0;
        for (Future<Boolean> result : threads.invokeAll(tasks)) {
          wins += result.get() ? 1 : 0;
        }
        assertThat(wins).isEqualTo(1);
        assertThat(storage.list(destination)).hasSize(1);
      }
      assertThat(names()).hasSize(40);
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void aFailedWriteNamesTheFileAtItsDestinationAndTheRemedy(String scheme) {
    try (Staging staging = Staging.open(storage, path(scheme, "out"))) {
      Staging.Content failing =
          out -> {
            throw new IOException("No space left on device");
          };
      Path fullDevice = new Path("file:/dev/full");
      Staging.Content failingOnTheDisk =
          out -> {
            try (OutputStream full = storage.fileSystem(fullDevice).create(fullDevice, true)) {
              full.write(1);
            }
          };
      for (Staging.Content content : List.of(failing, failingOnTheDisk)) {
        assertThatThrownBy(() -> staging.write("weights", content))
            .isInstanceOf(ArtefactException.class)
            .hasMessageContaining("out/weights cannot be written (No space left on device)")
            .hasMessageEndingWith("free some space there or choose another folder");
        new File(staging.folder().toUri().getPath(), "weights").delete();
      }
    }
  }

  private void replace(Path destination, String content, Predicate<Path> unchanged) {
    try (Staging staging = Staging.openReplacing(storage, destination)) {
      staging.write("a", content.getBytes(UTF_8));
      staging.replace(unchanged);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void aFolderTakesThePlaceOfAnother(String scheme) throws Exception {
    Path destination = path(scheme, "out");
    replace(destination, "1", aside -> false); // there is nothing to be unchanged
    replace(
        destination,
        "2",
        aside -> new String(storage.read(new Path(aside, "a")), UTF_8).equals("1"));
    assertThat(names()).containsExactly("out", "out/a");
    assertThat(folder.resolve("out/a")).hasContent("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void whatWasChangedMeanwhileStays(String scheme) throws Exception {
    Path destination = path(scheme, "out");
    write(destination, "1");
    assertThatThrownBy(() -> replace(destination, "2", aside -> false))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("was changed by another writer meanwhile: run the command again");
    assertThatThrownBy(
            () ->
                replace(
                    destination,
                    "2",
                    aside -> {
                      throw new IllegalStateException("unreadable");
                    }))
        .hasMessage("unreadable");
    assertThat(names()).containsExactly("out", "out/a");
    assertThat(folder.resolve("out/a")).hasContent("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void aReplacementThatEndedHalfWayIsUndone(String scheme) throws Exception {
    Path destination = path(scheme, "out");
    write(destination, "1");
    Files.move(folder.resolve("out"), folder.resolve(".out.replaced"));
    Staging.recover(storage, destination);
    assertThat(folder.resolve("out/a")).hasContent("1");
    Staging.recover(storage, destination);
    Files.createDirectory(folder.resolve(".out.replaced")); // ended before it tidied up
    replace(destination, "2", aside -> true);
    assertThat(names()).containsExactly("out", "out/a");
    assertThat(folder.resolve("out/a")).hasContent("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "other"})
  void aFileIsReplacedByOneRename(String scheme) throws Exception {
    Path file = path(scheme, "deep/results.csv");
    storage.replace(file, "1".getBytes(UTF_8));
    storage.replace(file, "2".getBytes(UTF_8));
    assertThat(names()).containsExactly("deep", "deep/results.csv");
    assertThat(folder.resolve("deep/results.csv")).hasContent("2");
  }
}
