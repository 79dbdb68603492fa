package dev.espalier.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What weight sharing costs: the accuracy that random architectures inherit from a supernet, beside
 * that of the same architectures trained alone on the same images (Cai et al., ICLR 2020, section
 * 4.2, compare likewise).
 *
 * <p>Takes hours. Every finished architecture is kept in a file of its own in the working folder,
 * and the one in training in a checkpoint, so that a killed comparison goes on where it was.
 */
public final class StandaloneComparison {
  private static final int EVALUATION_BATCH = 500;

  private final Storage storage;
  private final SupernetTraining training;
  private final SupernetFolder folder;
  private final Supernet supernet;
  private final Path working;
  private final int epochs;

  /**
   * One architecture; accuracies are fractions of the test images.
   *
   * @param architecture readable
   * @param macs for one image
   * @param images image presentations of the training alone
   * @param inherited measured with the supernet's weights
   * @param alone measured with weights trained for this architecture only
   * @param supernet digest of the supernet
   */
  public record Row(
      @JsonProperty(required = true) String architecture,
      @JsonProperty(required = true) long macs,
      @JsonProperty(required = true) long images,
      @JsonProperty(required = true) double inherited,
      @JsonProperty(required = true) double alone,
      @JsonProperty(required = true) String supernet) {}

  /**
   * Prepares a comparison.
   *
   * @param training the configuration that the supernet was trained with
   * @param working folder of finished rows and checkpoints
   * @param epochs that each architecture is trained alone; the supernet's own number shows each as
   *     many images as all subnets together saw
   * @throws IllegalArgumentException if the supernet has another space than the configuration
   * @throws dev.espalier.artefact.ArtefactException if the supernet cannot be read
   */
  public StandaloneComparison(
      Storage storage, SupernetTraining training, SupernetFolder folder, Path working, int epochs) {
    this.storage = storage;
    this.training = training;
    this.folder = folder;
    this.supernet = folder.supernet();
    this.working = working;
    this.epochs = epochs;
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs is " + epochs + "; allowed: at least 1");
    }
    if (!supernet.space().equals(training.network().space())) {
      throw new IllegalArgumentException(
          "supernet "
              + folder.name()
              + " has another space than the training configuration: give the one it was trained with");
    }
  }

  /** Hears how the training of each architecture goes. */
  @FunctionalInterface
  public interface Listener {
    /** The listener for one architecture of {@code count}, counted from 1. */
    TrainingListener of(String architecture, int number, int count);
  }

  /** Compares {@code count} distinct architectures drawn with a seed, at least one. */
  public List<Row> run(int count, long seed, Listener listener) {
    ElasticNetwork network = training.network();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Set<Architecture> drawn = new LinkedHashSet<>();
    while (drawn.size() < count) { // ends: spaces are far larger than any count that can be trained
      drawn.add(network.space().sample(random));
    }
    List<Row> rows = new ArrayList<>();
    for (Architecture architecture : drawn) {
      String readable = network.space().format(architecture);
      rows.add(row(architecture, listener.of(readable, rows.size() + 1, count)));
    }
    return rows;
  }

  private Row row(Architecture architecture, TrainingListener listener) {
    String key =
        Digest.of(
                "%s %s %s %d"
                    .formatted(supernet.digest(), training.config(), architecture, epochs)
                    .getBytes(UTF_8))
            .substring(0, 16);
    Path file = new Path(working, key + ".json");
    if (storage.exists(file)) {
      return Json.read(storage.read(file), Row.class, file.toString());
    }
    Path checkpoint = new Path(working, key + ".checkpoint");
    ProgressiveShrinking.Result alone = training.alone(architecture, epochs, checkpoint, listener);
    Row row =
        new Row(
            supernet.space().format(architecture),
            supernet.space().macs(architecture),
            (long) epochs * training.config().data().trainingImages(),
            testAccuracy(supernet.weights(), architecture),
            testAccuracy(alone.weights(), architecture),
            supernet.digest());
    write(file, Json.write(row));
    return row;
  }

  private double testAccuracy(Weights weights, Architecture architecture) {
    ElasticNetwork network = training.network();
    ImageSet calibration = ImageSplit.CALIBRATION.read(folder);
    ImageSet test = ImageSplit.TEST.read(folder);
    Preprocessing preprocessing = training.preprocessing();
    int side = network.input(architecture).side();
    try (TorchNetwork torch = new TorchNetwork(network, weights)) {
      BatchNormStatistics statistics =
          torch.calibrate(
              architecture,
              preprocessing.images(calibration, side),
              calibration.count(),
              Teacher.BATCH);
      int right = 0;
      for (int from = 0; from < test.count(); from += EVALUATION_BATCH) {
        ImageSet part = test.slice(from, Math.min(test.count(), from + EVALUATION_BATCH));
        float[] logits =
            torch.logits(architecture, statistics, preprocessing.images(part, side), part.count());
        right += part.countRight(logits, network.classes());
      }
      return (double) right / test.count();
    }
  }

  private void write(Path file, byte[] bytes) {
    try {
      FileSystem files = file.getFileSystem(storage.configuration());
      Path next = file.suffix(".next");
      try (OutputStream out = files.create(next, true)) {
        out.write(bytes);
      }
      if (!files.rename(next, file)) {
        throw new IOException("cannot rename " + next);
      }
    } catch (IOException e) {
      throw new TrainingException(
          file + " cannot be written (" + e.getMessage() + "): free space, then run again", e);
    }
  }
}
