package dev.espalier.spark;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.deploy.Extraction;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import java.util.stream.IntStream;

/**
 * Counts how many images a subnet classifies correctly, as it would ship: batch norms re-calibrated
 * in torch, extracted, emitted as ONNX, and run in ONNX Runtime on one thread.
 *
 * <p>A count depends on weights, architecture and images alone. Not thread-safe: one per task.
 */
final class SubnetMeter implements AutoCloseable {
  /** Images of one calibration pass; part of what a measurement depends on. */
  static final int CALIBRATION_BATCH = 250;

  private static final int EVALUATION_BATCH = 250;

  private final ElasticNetwork network;
  private final Weights weights;
  private final EvaluationData data;
  private final TorchNetwork torch;

  SubnetMeter(EvaluationInputs inputs) {
    network = inputs.loaded().network();
    weights = inputs.loaded().weights();
    data = inputs.data();
    torch = new TorchNetwork(network, weights);
  }

  /** Images of the evaluation set whose largest logit is their label's; of equals the first. */
  int correct(Architecture architecture) {
    int side = network.input(architecture).side();
    ImageSet calibration = data.calibration();
    BatchNormStatistics statistics =
        torch.calibrate(
            architecture,
            data.preprocessing().images(calibration, side),
            calibration.count(),
            CALIBRATION_BATCH);
    byte[] onnx =
        new OnnxEmitter().emit(Extraction.extract(network, weights, architecture, statistics));
    try (OnnxModel model = OnnxModel.load(onnx, 1)) {
      return correct(model, side);
    }
  }

  private int correct(OnnxModel model, int side) {
    ImageSet images = data.evaluation();
    int classes = model.logitsLength();
    float[] logits = new float[EVALUATION_BATCH * classes];
    int correct = 0;
    for (int start = 0; start < images.count(); start += EVALUATION_BATCH) {
      int count = Math.min(EVALUATION_BATCH, images.count() - start);
      int[] indices = IntStream.range(start, start + count).toArray();
      model.run(
          data.preprocessing().images(images, indices, side, Preprocessing.Augmentation.NONE, null),
          count,
          logits);
      for (int i = 0; i < count; i++) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
          if (logits[i * classes + c] > logits[i * classes + best]) {
            best = c;
          }
        }
        if (best == images.label(start + i)) {
          correct++;
        }
      }
    }
    return correct;
  }

  @Override
  public void close() {
    torch.close();
  }
}
