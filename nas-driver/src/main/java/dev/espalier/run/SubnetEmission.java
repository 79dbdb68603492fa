package dev.espalier.run;

import dev.espalier.dataset.ImageSet;
import dev.espalier.deploy.Extraction;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;

/**
 * From architectures to model files that were run: calibrates in DJL, extracts, emits ONNX, loads
 * it in ONNX Runtime, compares logits with DJL's and evaluates all test images from the file. One
 * thread each; not thread-safe.
 */
public final class SubnetEmission implements AutoCloseable {
  /** Images of one run of a model: few enough that feature maps stay in the cache. */
  private static final int BATCH = 25;

  /** Images whose logits are compared; all are evaluated. */
  static final int COMPARED = 500;

  private final ElasticNetwork network;
  private final Weights weights;
  private final EvaluationImages images;
  private final TorchNetwork torch;

  /** Loads a supernet into torch. */
  public SubnetEmission(ElasticNetwork network, Weights weights, EvaluationImages images) {
    this.network = network;
    this.weights = weights;
    this.images = images;
    this.torch = new TorchNetwork(network, weights);
  }

  /** Makes and runs one model, and compares its logits with DJL's. */
  public EmittedSubnet emit(Architecture architecture) {
    BatchNormStatistics statistics = calibrate(architecture);
    byte[] bytes = bytes(architecture, statistics);
    LogitComparison comparison = new LogitComparison();
    int correct =
        run(
            architecture,
            bytes,
            (first, batch, logits) -> {
              if (first < COMPARED) {
                int count = logits.length / network.classes();
                comparison.add(logits, torch.logits(architecture, statistics, batch, count));
              }
            });
    return new EmittedSubnet(
        architecture, bytes, correct, images.evaluation().count(), comparison.relativeDifference());
  }

  /** Makes and runs one model, and counts the images it classifies correctly. */
  public int correct(Architecture architecture) {
    return run(
        architecture, bytes(architecture, calibrate(architecture)), (first, batch, logits) -> {});
  }

  private BatchNormStatistics calibrate(Architecture architecture) {
    ImageSet calibration = images.calibration();
    int side = network.input(architecture).side();
    return torch.calibrate(
        architecture,
        images.preprocessing().images(calibration, side),
        calibration.count(),
        EvaluationImages.CALIBRATION_BATCH);
  }

  private byte[] bytes(Architecture architecture, BatchNormStatistics statistics) {
    return new OnnxEmitter().emit(Extraction.extract(network, weights, architecture, statistics));
  }

  /** Hears each batch that a model has run. */
  @FunctionalInterface
  private interface BatchListener {
    /** Of the images from {@code first} on, and their logits. */
    void ran(int first, float[] batch, float[] logits);
  }

  private int run(Architecture architecture, byte[] bytes, BatchListener listener) {
    ImageSet evaluation = images.evaluation();
    int side = network.input(architecture).side();
    int correct = 0;
    try (OnnxModel model = OnnxModel.load(bytes, 1)) {
      for (int from = 0; from < evaluation.count(); from += BATCH) {
        ImageSet part = evaluation.slice(from, Math.min(evaluation.count(), from + BATCH));
        float[] batch = images.preprocessing().images(part, side);
        float[] logits = new float[part.count() * model.logitsLength()];
        model.run(batch, part.count(), logits);
        correct += part.countRight(logits, model.logitsLength());
        listener.ran(from, batch, logits);
      }
    }
    return correct;
  }

  /** Largest difference between two runs, relative to the range of the second. */
  private static final class LogitComparison {
    private double difference;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    void add(float[] file, float[] framework) {
      for (int i = 0; i < file.length; i++) {
        // Math.max and Math.min keep NaN.
        difference = Math.max(difference, Math.abs((double) file[i] - framework[i]));
        least = Math.min(least, framework[i]);
        most = Math.max(most, framework[i]);
      }
    }

    double relativeDifference() {
      return difference / (most - least);
    }
  }

  @Override
  public void close() {
    torch.close();
  }
}
