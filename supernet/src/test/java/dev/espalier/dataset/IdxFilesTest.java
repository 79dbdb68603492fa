package dev.espalier.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
  private final ImageSet set =
      new ImageSet(1, 2, new byte[] {1, 2, 3, (byte) 200, 5, 6, 7, 8}, new byte[] {3, 9});

  @TempDir java.nio.file.Path folder;

  @Test
  void readsWhatItWrote() {
    ImageSet read = IdxFiles.read(IdxFiles.writeImages(set), IdxFiles.writeLabels(set), "test");

    assertThat(read.digest()).isEqualTo(set.digest());
    assertThat(read.pixel(3)).isEqualTo(200);
    assertThat(read.label(1)).isEqualTo(9);
  }

  @Test
  void readsPlainFilesToo() throws Exception {
    byte[] plain =
        new GZIPInputStream(new ByteArrayInputStream(IdxFiles.writeImages(set))).readAllBytes();

    assertThat(IdxFiles.read(plain, IdxFiles.writeLabels(set), "test").digest())
        .isEqualTo(set.digest());
  }

  @Test
  void namesATruncatedFile() throws Exception {
    byte[] plain =
        new GZIPInputStream(new ByteArrayInputStream(IdxFiles.writeImages(set))).readAllBytes();

    assertThatThrownBy(
            () -> IdxFiles.read(Arrays.copyOf(plain, 20), IdxFiles.writeLabels(set), "shirts"))
        .isInstanceOf(DatasetException.class)
        .hasMessage("shirts (images) is truncated: fetch it again");
  }

  @Test
  void namesAMissingFileAndOneOfAnotherKind() {
    Path missing = new Path(folder.resolve("none").toUri());
    assertThatThrownBy(() -> IdxFiles.read(missing, missing, new Configuration()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("none")
        .hasMessageContaining("check the path");
    byte[] labels = IdxFiles.writeLabels(set);
    assertThatThrownBy(() -> IdxFiles.read(labels, labels, "test"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("is not an IDX file of images");
  }

  @Test
  void refusesImagesAndLabelsThatDoNotBelongTogether() {
    byte[] one = IdxFiles.writeLabels(set.slice(0, 1));
    assertThatThrownBy(() -> IdxFiles.read(IdxFiles.writeImages(set), one, "test"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("holds 2 images")
        .hasMessageContaining("1 labels");
  }
}
