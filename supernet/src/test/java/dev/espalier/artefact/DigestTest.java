package dev.espalier.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestTest {
  // FIPS 180-4, appendix B.1: the message "abc".
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir java.nio.file.Path folder;
  private final Storage storage = new Storage(new Configuration());

  @Test
  void bytesAndFilesHaveTheSameDigestAsTheStandardsExample() throws Exception {
    Files.writeString(folder.resolve("abc"), "abc");

    assertThat(Digest.of("abc".getBytes(UTF_8))).isEqualTo(ABC);
    assertThat(Digest.of(storage, new Path(folder.toUri().resolve("abc")))).isEqualTo(ABC);
  }

  @Test
  void partsAreDigestedAsSha256sumPrintsThem() {
    String lines = ABC + "  a\n" + ABC + "  b\n";

    assertThat(Digest.ofParts(new TreeMap<>(Map.of("b", ABC, "a", ABC))))
        .isEqualTo(Digest.of(lines.getBytes(UTF_8)));
  }

  @Test
  void aFolderIsTheSumOfItsVisibleFiles() throws Exception {
    Path path = new Path(folder.toUri());
    Files.createDirectories(folder.resolve("sub/_temporary"));
    Files.writeString(folder.resolve("sub/b"), "abc");
    Files.writeString(folder.resolve("a"), "abc");
    String before = Digest.ofFolder(storage, path);
    Files.writeString(folder.resolve(".a.crc"), "x");
    Files.writeString(folder.resolve("sub/_temporary/c"), "x");

    assertThat(Digest.ofFolder(storage, path))
        .isEqualTo(before)
        .isEqualTo(Digest.ofParts(new TreeMap<>(Map.of("a", ABC, "sub/b", ABC))));

    Files.writeString(folder.resolve("sub/b"), "abd");
    assertThat(Digest.ofFolder(storage, path)).isNotEqualTo(before);
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Digest.of(storage, new Path(folder.toUri().resolve("nothing"))))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("nothing does not exist: check the path");
  }
}
