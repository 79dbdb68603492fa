package dev.espalier.job;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.MeasurementConditions;
import dev.espalier.accuracy.MlpAccuracyPredictor;
import dev.espalier.accuracy.MlpTraining;
import dev.espalier.accuracy.PredictorAgreement;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.accuracy.PredictorSource;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.accuracy.StoredPredictorFolder;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetDescription;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.dataset.ImageSet;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.MobileNetV3Definition.Stage;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A supernet with random weights and images, predictors fitted on made-up accuracies around what
 * guessing reaches, and a profile modelled from MACs: everything a search needs, made in a second.
 */
public final class TinySupernet {
  private static final int CLASSES = 4;
  private static final int IMAGES = 300;

  public static final Storage STORAGE = new Storage(new Configuration());
  public static final SearchSpace SPACE =
      new OfaMobileNetV3(
          new MobileNetV3Definition(
              List.of(8, 12),
              1,
              8,
              8,
              List.of(
                  new Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                  new Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
              List.of(3, 5),
              List.of(2, 4),
              32,
              32,
              CLASSES));

  /** Of 1.3 million architectures, so that batches are large enough to be scored on executors. */
  public static final SearchSpace LARGE_SPACE =
      new OfaMobileNetV3(
          new MobileNetV3Definition(
              List.of(8, 12),
              1,
              8,
              8,
              List.of(
                  new Stage(8, 1, Activation.RELU, 0, List.of(1, 2, 3)),
                  new Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2, 3))),
              List.of(3, 5, 7),
              List.of(2, 3, 4),
              32,
              32,
              CLASSES));

  private TinySupernet() {}

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Writes the supernet into a folder. */
  public static void write(java.nio.file.Path folder) {
    write(folder, SPACE);
  }

  /** Writes a supernet of a space of this class into a folder. */
  public static void write(java.nio.file.Path folder, SearchSpace space) {
    write(folder, space, 5);
  }

  /** As above, trained with another seed. */
  public static void write(java.nio.file.Path folder, SearchSpace space, long seed) {
    RandomGenerator random = random(seed);
    ElasticNetwork network = ElasticNetworks.of(space);
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    NetworkParameters.shapesOf(network)
        .forEach((name, shape) -> tensors.put(name, tensor(name, shape, random)));
    Supernet supernet =
        Supernet.of(
            network,
            new Weights(tensors),
            new SupernetDescription(
                "tiny",
                new DatasetDescription(
                    "noise",
                    List.of(0.5),
                    List.of(0.3),
                    "triangle filter",
                    List.of("a", "b", "c", "d"),
                    new TreeMap<>()),
                NullNode.getInstance()));
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (ImageSplit split : ImageSplit.values()) {
      split.write(images(random), files);
    }
    files.putAll(AccuracyPredictorFiles.write(predictors(supernet, random)));
    SupernetFolder.write(STORAGE, new Path(folder.toUri()), supernet, files);
  }

  private static WeightTensor tensor(String name, int[] shape, RandomGenerator random) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          name.endsWith("running_var") || name.endsWith("bn.weight")
              ? 0.5f + random.nextFloat()
              : (float) (0.3 * random.nextGaussian());
    }
    return new WeightTensor(shape, values);
  }

  private static ImageSet images(RandomGenerator random) {
    byte[] pixels = new byte[IMAGES * 12 * 12];
    byte[] labels = new byte[IMAGES];
    random.nextBytes(pixels);
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (byte) random.nextInt(CLASSES);
    }
    return new ImageSet(1, 12, pixels, labels);
  }

  /** Predictions around a quarter, a little higher for larger networks; their error is generous. */
  private static AccuracyPredictors predictors(Supernet supernet, RandomGenerator random) {
    SearchSpace space = supernet.space();
    MeasurementConditions conditions =
        new MeasurementConditions(supernet.digest(), "1".repeat(64), IMAGES);
    double largest = space.macs(space.largest());
    List<AccuracyMeasurement> measured = new ArrayList<>();
    TreeSet<Architecture> distinct = new TreeSet<>();
    while (distinct.size() < 40) {
      distinct.add(space.sample(random));
    }
    for (Architecture architecture : distinct) {
      int correct =
          (int) (2300 + 400 * space.macs(architecture) / largest + 500 * random.nextGaussian());
      measured.add(new AccuracyMeasurement(architecture, correct, 10_000, conditions));
    }
    PredictorError error = new PredictorError(30, 10, 0.9, 0.05, 0.06, 0.15);
    AdditiveBasis basis = new AdditiveBasis(space, 1);
    MlpAccuracyPredictor mlp =
        MlpTraining.builder()
            .members(1)
            .epochs(5)
            .width(8)
            .build()
            .fit(
                space,
                new MeasuredSplit(measured.subList(0, 30), measured.subList(30, 40)),
                random);
    return new AccuracyPredictors(
        conditions,
        10_000,
        1,
        mlp,
        new AdditiveAccuracyPredictor(
            basis, 0.24, random.doubles(basis.features(), 0, 0.005).toArray(), error));
  }

  /** Coefficients by which accuracy grows with computation, and by a little chance. */
  private static double[] growing(AdditiveBasis basis, RandomGenerator random) {
    double largest = SPACE.macs(SPACE.largest());
    double[] coefficients = new double[basis.features()];
    for (int i = 0; i < 5000; i++) {
      Architecture architecture = SPACE.sample(random);
      int[] features = basis.encode(architecture.toBytes());
      double residual = 0.3 * SPACE.macs(architecture) / largest;
      for (int feature : features) {
        residual -= coefficients[feature];
      }
      for (int feature : features) {
        coefficients[feature] += 0.5 * residual / features.length;
      }
    }
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] += 0.005 * random.nextDouble();
    }
    return coefficients;
  }

  /** Writes a predictor of the space without a supernet; its accuracies depend on a seed. */
  public static void writePredictor(java.nio.file.Path folder, long seed) {
    RandomGenerator random = random(seed);
    MeasurementConditions conditions =
        new MeasurementConditions("2".repeat(64), "1".repeat(64), IMAGES);
    double largest = SPACE.macs(SPACE.largest());
    AdditiveBasis basis = new AdditiveBasis(SPACE, 1);
    AdditiveWeighting weighting = new AdditiveWeighting(basis, 0.5, growing(basis, random));
    TreeSet<Architecture> distinct = new TreeSet<>();
    while (distinct.size() < 40) {
      distinct.add(SPACE.sample(random));
    }
    List<AccuracyMeasurement> measured =
        distinct.stream()
            .map(
                a ->
                    new AccuracyMeasurement(
                        a,
                        (int) (5000 + 3000 * SPACE.macs(a) / largest + 50 * random.nextGaussian()),
                        10_000,
                        conditions))
            .toList();
    MlpAccuracyPredictor mlp =
        MlpTraining.builder()
            .members(1)
            .epochs(5)
            .width(8)
            .build()
            .fit(
                SPACE,
                new MeasuredSplit(measured.subList(0, 30), measured.subList(30, 40)),
                random);
    PredictorAgreement agreement = new PredictorAgreement(100, 20, 0.97, 0.001, 0.01, 0.99);
    StoredPredictorFolder.write(
        STORAGE,
        new Path(folder.toUri()),
        new StoredPredictor(
            mlp.ensemble(),
            Optional.of(new PredictorError(30, 10, 0.9, 0.002, 0.003, 0.005)),
            new AdditivePart(weighting, "MLP", agreement, agreement),
            new PredictorSource("made up for a test", "0".repeat(64), seed)));
  }

  /** Writes a profile of a device that is not at hand into a folder. */
  public static void writeProfile(java.nio.file.Path folder, String name) {
    writeProfile(folder, name, MemoryLimits.UNKNOWN);
  }

  /** As above, of a device with memory limits. */
  public static void writeProfile(java.nio.file.Path folder, String name, MemoryLimits memory) {
    writeProfile(folder, name, memory, SPACE);
  }

  /** As above, for the operators of a space of this class. */
  public static void writeProfile(
      java.nio.file.Path folder, String name, MemoryLimits memory, SearchSpace space) {
    Map<Operator, LatencyEntry> entries = new HashMap<>();
    for (Operator operator : OperatorBenchmark.operators(space)) {
      entries.put(
          operator,
          new LatencyEntry(
              1 + operator.macs() / 1000.0, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
    }
    HardwareProfile.builder()
        .name(name)
        .device("Imaginary 1")
        .deviceClass(DeviceClass.CPU)
        .runtime("none 1")
        .precision(Precision.FLOAT32)
        .memory(memory)
        .provenance(new Modelled("MACs", "nothing", 1, 0.5, LocalDate.of(2026, 1, 1)))
        .table(LatencyTable.of(entries))
        .build()
        .write(STORAGE, new Path(folder.toUri()));
  }
}
