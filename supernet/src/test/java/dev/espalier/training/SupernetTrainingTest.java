package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.dataset.DatasetException;
import dev.espalier.dataset.IdxFiles;
import dev.espalier.dataset.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupernetTrainingTest {
  private static final String SPACE =
      """
      space:
        family: ofa-mobilenetv3
        resolutions: [8, 12]
        inputChannels: 1
        stemChannels: 8
        firstChannels: 8
        stages:
          - {channels: 8, stride: 1, activation: relu, squeezeReduction: 0, depths: [1, 2]}
          - {channels: 8, stride: 2, activation: h_swish, squeezeReduction: 4, depths: [1, 2]}
        kernels: [3, 5]
        expansions: [2, 4]
        finalChannels: 16
        featureChannels: 16
        classes: 2
      """;

  @TempDir java.nio.file.Path folder;

  private final Storage storage = new Storage(new Configuration());

  /** Counts steps. */
  private static final class Steps implements TrainingListener {
    private int count;

    @Override
    public void step(String phase, int epoch, double done, double loss) {
      count++;
    }

    @Override
    public void epoch(EpochRecord record) {}
  }

  @BeforeEach
  void writeImages() throws IOException {
    ImageSet images = TinyTraining.images(128, 1);
    ImageSet test = TinyTraining.images(32, 2);
    Files.write(folder.resolve("images"), IdxFiles.writeImages(images));
    Files.write(folder.resolve("labels"), IdxFiles.writeLabels(images));
    Files.write(folder.resolve("test-images"), IdxFiles.writeImages(test));
    Files.write(folder.resolve("test-labels"), IdxFiles.writeLabels(test));
  }

  private Path config(String change, String to) throws IOException {
    String text =
        "name: tiny\n"
            + SPACE
            + """
            data: {images: DIR/images, labels: DIR/labels, trainingImages: 96,
                   testImages: DIR/test-images, testLabels: DIR/test-labels, classes: [top, bottom]}
            seed: 7
            threads: 1
            subnets: 1
            batch: 16
            augmentation: {flipShare: 0.5, maxShift: 2}
            labelSmoothing: 0.05
            weightDecay: 0.01
            clipNorm: 5
            calibrationImages: 32
            largestShare: 0.2
            smallestShare: 0.1
            phases:
              - {name: full, epochs: 2, learningRate: 0.005, warmUpSteps: 4, distillation: 0, least: {}}
              - {name: width, epochs: 1, learningRate: 0.002, warmUpSteps: 2, distillation: 0.5,
                 least: {resolution: "8", kernel: "3", depth: "1", expansion: "2"}}
            """
                .replace("DIR", folder.toUri().toString());
    assertThat(text).contains(change);
    java.nio.file.Path file = folder.resolve("train.yaml");
    Files.writeString(file, text.replace(change, to));
    return path(file);
  }

  private static Path path(java.nio.file.Path file) {
    return new Path(file.toUri());
  }

  @Test
  void publishesASupernetWithItsImagesAndRecord() throws IOException {
    SupernetTraining training = SupernetTraining.prepare(storage, config("tiny", "tiny"));
    Path checkpoint = path(folder.resolve("checkpoint"));

    SupernetFolder net = training.run(checkpoint, path(folder.resolve("net")), new Steps());

    assertThat(net.supernet().space()).isEqualTo(training.network().space());
    assertThat(ImageSplit.CALIBRATION.read(net).count()).isEqualTo(32);
    assertThat(ImageSplit.VALIDATION.read(net).digest())
        .isEqualTo(TinyTraining.images(128, 1).slice(96, 128).digest());
    assertThat(ImageSplit.TEST.read(net).digest()).isEqualTo(TinyTraining.images(32, 2).digest());
    assertThat(net.supernet().training().path("epochs")).hasSize(3);
    assertThat(net.supernet().training().path("seed").asInt()).isEqualTo(7);
    assertThat(storage.exists(checkpoint)).as("the checkpoint is no longer needed").isFalse();
  }

  @Test
  void comparesInheritedAccuracyWithTrainingAloneAndKeepsWhatIsDone() throws IOException {
    SupernetTraining training = SupernetTraining.prepare(storage, config("tiny", "tiny"));
    SupernetFolder net =
        training.run(path(folder.resolve("checkpoint")), path(folder.resolve("net")), new Steps());
    StandaloneComparison comparison =
        new StandaloneComparison(storage, training, net, path(folder.resolve("work")), 3);
    Steps steps = new Steps();

    List<StandaloneComparison.Row> rows = comparison.run(2, 5, (a, number, count) -> steps);

    assertThat(steps.count).isEqualTo(2 * 3 * (96 / 16));
    assertThat(rows).hasSize(2).allSatisfy(r -> assertThat(r.images()).isEqualTo(3 * 96));
    assertThat(rows).allSatisfy(r -> assertThat(r.alone()).isGreaterThan(0.8));
    Steps again = new Steps();
    assertThat(comparison.run(2, 5, (a, number, count) -> again)).isEqualTo(rows);
    assertThat(again.count).isZero();
  }

  @Test
  void refusesAnOutputThatIsNotVacantBeforeTraining() throws IOException {
    SupernetTraining training = SupernetTraining.prepare(storage, config("tiny", "tiny"));
    Files.createDirectories(folder.resolve("net"));
    Files.writeString(folder.resolve("net/mine"), "precious");
    Steps steps = new Steps();

    assertThatThrownBy(
            () ->
                training.run(
                    path(folder.resolve("checkpoint")), path(folder.resolve("net")), steps))
        .hasMessageContaining("net");
    assertThat(steps.count).isZero();
    assertThat(folder.resolve("net/mine")).hasContent("precious");
  }

  @Test
  void namesUnknownKeysWrongValuesAndMissingFiles() throws IOException {
    Path unknown = config("batch: 16", "bach: 16\nbatch: 16");
    assertThatThrownBy(() -> SupernetTraining.prepare(storage, unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("train.yaml, line")
        .hasMessageContaining("bach");
    Path wrong = config("clipNorm: 5", "clipNorm: 0");
    assertThatThrownBy(() -> SupernetTraining.prepare(storage, wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("clipNorm is 0.0; allowed: positive");
    Path tooMany = config("trainingImages: 96", "trainingImages: 128");
    assertThatThrownBy(() -> SupernetTraining.prepare(storage, tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data.trainingImages is 128 of 128 images");
    Path missing = config("/labels,", "/labelz,");
    assertThatThrownBy(() -> SupernetTraining.prepare(storage, missing))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("labelz");
  }
}
