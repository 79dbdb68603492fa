package dev.espalier.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetDescription;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.dataset.IdxFiles;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * From a configuration file to a published supernet folder.
 *
 * <p>The first {@code trainingImages} of the training file train; the rest become the validation
 * split, the test files the test split, and the first {@code calibrationImages} the calibration
 * split. Test images are only copied, never looked at.
 */
public final class SupernetTraining {
  private final Storage storage;
  private final TrainingConfig config;
  private final ElasticNetwork network;
  private final ImageSet training;
  private final ImageSet validation;

  private SupernetTraining(
      Storage storage,
      TrainingConfig config,
      ElasticNetwork network,
      ImageSet training,
      ImageSet validation) {
    this.storage = storage;
    this.config = config;
    this.network = network;
    this.training = training;
    this.validation = validation;
  }

  /**
   * Reads a configuration and its images.
   *
   * @throws IllegalArgumentException if the configuration is wrong, with the place
   * @throws dev.espalier.dataset.DatasetException if images cannot be read
   */
  public static SupernetTraining prepare(Storage storage, Path configFile) {
    TrainingConfig config = readConfig(storage, configFile);
    ElasticNetwork network = ElasticNetworks.of(space(config));
    TrainingConfig.Data data = config.data();
    if (data.classes().size() != network.classes()) {
      throw new IllegalArgumentException(
          "%s: data.classes names %d classes, the space has %d"
              .formatted(configFile, data.classes().size(), network.classes()));
    }
    ImageSet all =
        IdxFiles.read(new Path(data.images()), new Path(data.labels()), storage.configuration());
    if (data.trainingImages() >= all.count()) {
      throw new IllegalArgumentException(
          "%s: data.trainingImages is %d of %d images; some must be left for validation"
              .formatted(configFile, data.trainingImages(), all.count()));
    }
    return new SupernetTraining(
        storage,
        config,
        network,
        all.slice(0, data.trainingImages()),
        all.slice(data.trainingImages(), all.count()));
  }

  private static TrainingConfig readConfig(Storage storage, Path file) {
    try {
      return Json.readYaml(storage.read(file), TrainingConfig.class, file.toString());
    } catch (ArtefactException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static SearchSpace space(TrainingConfig config) {
    try {
      return SpaceFamily.space(config.space());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "training configuration " + config.name() + ": " + e.getMessage(), e);
    }
  }

  /** What will be trained. */
  public ElasticNetwork network() {
    return network;
  }

  /** How. */
  public TrainingConfig config() {
    return config;
  }

  /** Fitted on the training images. */
  Preprocessing preprocessing() {
    return Preprocessing.fittedOn(training);
  }

  /**
   * Trains and publishes; resumes if the checkpoint exists.
   *
   * @param checkpoint a file, kept until the supernet is published, then deleted
   * @param output a folder that does not exist yet
   */
  public SupernetFolder run(Path checkpoint, Path output, TrainingListener listener) {
    storage.requireVacant(output);
    TrainingConfig.Data data = config.data();
    ImageSet test =
        IdxFiles.read(
            new Path(data.testImages()), new Path(data.testLabels()), storage.configuration());
    ProgressiveShrinking.Result result =
        new ProgressiveShrinking(network, config, training, validation)
            .run(checkpoint, digest(), storage.configuration(), listener);
    SortedMap<String, byte[]> files = new TreeMap<>();
    SortedMap<String, DatasetDescription.Split> splits = new TreeMap<>();
    ImageSet calibration =
        training.slice(0, Math.min(config.calibrationImages(), training.count()));
    describe(splits, "training", training, "the first of the training file");
    add(files, splits, ImageSplit.CALIBRATION, calibration, "the first of the training split");
    add(files, splits, ImageSplit.VALIDATION, validation, "the rest of the training file");
    add(files, splits, ImageSplit.TEST, test, "the test file");
    Supernet supernet =
        Supernet.of(
            network,
            result.weights(),
            new SupernetDescription(
                config.name(),
                new DatasetDescription(
                    config.name(),
                    List.of(result.preprocessing().mean()),
                    List.of(result.preprocessing().deviation()),
                    "separable triangle filter with antialiasing, half-pixel centres",
                    data.classes(),
                    splits),
                record(result)));
    SupernetFolder.write(storage, output, supernet, files);
    delete(checkpoint);
    return SupernetFolder.open(storage, output);
  }

  /**
   * Trains one architecture alone, from scratch and without a teacher: one phase under the first
   * phase's learning rate.
   *
   * @param epochs over the training images
   * @param checkpoint a file of its own; resumes if it exists, and is left for the caller to delete
   * @return weights of which only the architecture's are trained
   */
  public ProgressiveShrinking.Result alone(
      Architecture architecture, int epochs, Path checkpoint, TrainingListener listener) {
    TrainingConfig.Phase first = config.phases().get(0);
    TrainingConfig single =
        config.withPhases(
            List.of(
                new TrainingConfig.Phase(
                    "alone",
                    epochs,
                    first.learningRate(),
                    first.warmUpSteps(),
                    0,
                    new TreeMap<>())));
    return ProgressiveShrinking.alone(network, single, training, validation, architecture)
        .run(
            checkpoint,
            "%s %s for %d epochs".formatted(digest(), architecture.toHex(), epochs),
            storage.configuration(),
            listener);
  }

  private String digest() {
    SortedMap<String, String> parts = new TreeMap<>();
    parts.put("config", Digest.of(Json.write(config)));
    parts.put("training", training.digest());
    parts.put("validation", validation.digest());
    return Digest.ofParts(parts);
  }

  private static void add(
      SortedMap<String, byte[]> files,
      SortedMap<String, DatasetDescription.Split> splits,
      ImageSplit split,
      ImageSet images,
      String source) {
    split.write(images, files);
    describe(splits, split.label(), images, source);
  }

  private static void describe(
      SortedMap<String, DatasetDescription.Split> splits,
      String name,
      ImageSet images,
      String source) {
    splits.put(name, new DatasetDescription.Split(images.count(), source, images.digest()));
  }

  private ObjectNode record(ProgressiveShrinking.Result result) {
    ObjectNode record = (ObjectNode) Json.tree(config);
    record.remove(List.of("space", "data", "name"));
    record.set("epochs", Json.tree(result.record()));
    record.put("seconds", result.record().stream().mapToDouble(EpochRecord::seconds).sum());
    return record;
  }

  private void delete(Path checkpoint) {
    try {
      checkpoint.getFileSystem(storage.configuration()).delete(checkpoint, false);
    } catch (IOException e) {
      throw new TrainingException(
          "the supernet is published, but the checkpoint "
              + checkpoint
              + " cannot be deleted: "
              + e.getMessage(),
          e);
    }
  }
}
