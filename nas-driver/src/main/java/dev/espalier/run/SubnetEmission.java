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
  private static final int BATCH = 250;

  /** Test images whose logits are compared; all are evaluated. */
  static final int COMPARED = 500;

  private final ElasticNetwork network;
  private final Weights weights;
  private final EmissionImages images;
  private final TorchNetwork torch;

  /** Loads a supernet into torch. */
  public SubnetEmission(ElasticNetwork network, Weights weights, EmissionImages images) {
    this.network = network;
    this.weights = weights;
    this.images = images;
    this.torch = new TorchNetwork(network, weights);
  }

  /** Makes and runs one model. */
  public EmittedSubnet emit(Architecture architecture) {
    int side = network.input(architecture).side();
    float[] calibration = images.preprocessing().images(images.calibration(), side);
    BatchNormStatistics statistics =
        torch.calibrate(architecture, calibration, images.calibration().count(), BATCH);
    byte[] bytes =
        new OnnxEmitter().emit(Extraction.extract(network, weights, architecture, statistics));
    try (OnnxModel model = OnnxModel.load(bytes, 1)) {
      return run(model, bytes, architecture, statistics);
    }
  }

  private EmittedSubnet run(
      OnnxModel model, byte[] bytes, Architecture architecture, BatchNormStatistics statistics) {
    ImageSet test = images.test();
    int side = network.input(architecture).side();
    int classes = model.logitsLength();
    float[] logits = new float[BATCH * classes];
    int correct = 0;
    LogitComparison comparison = new LogitComparison();
    for (int from = 0; from < test.count(); from += BATCH) {
      int count = Math.min(BATCH, test.count() - from);
      float[] batch = images.preprocessing().images(test.slice(from, from + count), side);
      model.run(batch, count, logits);
      if (from < COMPARED) {
        comparison.add(
            logits, torch.logits(architecture, statistics, batch, count), count * classes);
      }
      for (int i = 0; i < count; i++) {
        correct += first(logits, i * classes, classes) == test.label(from + i) ? 1 : 0;
      }
    }
    return new EmittedSubnet(
        architecture, bytes, correct, test.count(), comparison.relativeDifference());
  }

  /** Index of the largest logit; the first of equals. */
  private static int first(float[] logits, int offset, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (logits[offset + c] > logits[offset + best]) {
        best = c;
      }
    }
    return best;
  }

  /** Largest difference between two runs, relative to the range of the second. */
  private static final class LogitComparison {
    private double difference;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    void add(float[] file, float[] framework, int length) {
      for (int i = 0; i < length; i++) {
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
