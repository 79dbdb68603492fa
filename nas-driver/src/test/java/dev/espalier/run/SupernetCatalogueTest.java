package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.SupernetFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupernetCatalogueTest {
  @TempDir private Path folder;

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("file:" + folder.resolve(name));
  }

  private SupernetCatalogue catalogue() {
    return new SupernetCatalogue(
        new Storage(new Configuration()), List.of(path("own"), path("shipped")));
  }

  private void make(String name) throws IOException {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(folder.resolve(name).resolve(SupernetFolder.DESCRIPTION), "{}");
  }

  @Test
  void anEarlierFolderHidesALaterOne() throws IOException {
    make("own/small");
    make("shipped/small");
    make("shipped/large");
    Files.createDirectories(folder.resolve("shipped/empty"));

    assertThat(catalogue().supernets())
        .hasSize(2)
        .containsEntry("small", path("own/small"))
        .containsEntry("large", path("shipped/large"));
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThatExist() throws IOException {
    make("shipped/small");

    assertThatThrownBy(() -> catalogue().open("smal"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown supernet 'smal' (did you mean 'small'?); there is small; the path of a"
                + " supernet's folder, with a slash, works too");
  }

  @Test
  void aPathThatIsNoSupernetIsSaidToBeNone() {
    assertThatThrownBy(() -> catalogue().open(folder.resolve("nothing").toString()))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("does not exist");
  }
}
