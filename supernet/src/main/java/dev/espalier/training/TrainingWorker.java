package dev.espalier.training;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** One thread's student and teacher: computes the gradient of one sampled subnet on its images. */
final class TrainingWorker implements AutoCloseable {
  /** Images of the teacher's batch norm calibration, per pass. */
  static final int CALIBRATION_BATCH = 250;

  private final ElasticNetwork network;
  private final FlatParameters parameters;
  private final ImageSet images;
  private final Preprocessing preprocessing;
  private final TrainingConfig config;
  private final TorchNetwork student;
  private final Map<Architecture, BatchNormStatistics> teacherStatistics = new HashMap<>();
  private TorchNetwork teacher;

  final float[] gradient;
  final boolean[] used;

  TrainingWorker(
      ElasticNetwork network,
      FlatParameters parameters,
      ImageSet images,
      Preprocessing preprocessing,
      TrainingConfig config,
      float[] weights) {
    this.network = network;
    this.parameters = parameters;
    this.images = images;
    this.preprocessing = preprocessing;
    this.config = config;
    this.student = new TorchNetwork(network, Weights.of(parameters.unflatten(weights)));
    student.requireGradients();
    this.gradient = new float[parameters.length()];
    this.used = new boolean[parameters.tensors().size()];
  }

  /** Takes over weights after a step. */
  void load(float[] weights) {
    for (FlatParameters.Tensor t : parameters.tensors()) {
      student.set(t.name(), weights, t.offset(), t.length());
    }
  }

  void teach(float[] teacherWeights) {
    closeTeacher();
    teacher = new TorchNetwork(network, Weights.of(parameters.unflatten(teacherWeights)));
  }

  /**
   * Fills {@link #gradient} and {@link #used}.
   *
   * @return the loss
   */
  float work(
      Architecture subnet,
      Architecture full,
      double distillation,
      int[] indices,
      RandomGenerator random) {
    int classes = network.classes();
    int side = network.input(subnet).side();
    float[] batch =
        preprocessing.images(
            images, indices, side, Preprocessing.Augmentation.FLIP_AND_SHIFT, random);
    float[] targets = new float[indices.length * classes];
    float hard = (float) ((1 - distillation) * (1 - config.labelSmoothing()));
    float spread = (float) ((1 - distillation) * config.labelSmoothing() / classes);
    Arrays.fill(targets, spread);
    for (int i = 0; i < indices.length; i++) {
      targets[i * classes + images.label(indices[i])] += hard;
    }
    if (distillation > 0) {
      addTeacher(targets, batch, full, indices.length, (float) distillation);
    }
    Arrays.fill(gradient, 0);
    Arrays.fill(used, false);
    return student.lossAndGradients(
        subnet,
        batch,
        indices.length,
        targets,
        (name, values) -> {
          FlatParameters.Tensor t = parameters.tensor(name);
          used[parameters.index(name)] = true;
          System.arraycopy(values, 0, gradient, t.offset(), values.length);
        });
  }

  private void addTeacher(
      float[] targets, float[] batch, Architecture full, int count, float share) {
    BatchNormStatistics statistics =
        teacherStatistics.computeIfAbsent(
            full,
            f -> {
              int n = Math.min(config.calibrationImages(), images.count());
              float[] calibration =
                  preprocessing.images(images.slice(0, n), network.input(f).side());
              return teacher.calibrate(f, calibration, n, CALIBRATION_BATCH);
            });
    float[] logits = teacher.logits(full, statistics, batch, count);
    int classes = network.classes();
    for (int i = 0; i < count; i++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, logits[i * classes + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[i * classes + c] - max);
      }
      for (int c = 0; c < classes; c++) {
        targets[i * classes + c] += (float) (share * Math.exp(logits[i * classes + c] - max) / sum);
      }
    }
  }

  private void closeTeacher() {
    teacherStatistics.clear();
    if (teacher != null) {
      teacher.close();
      teacher = null;
    }
  }

  @Override
  public void close() {
    closeTeacher();
    student.close();
  }
}
