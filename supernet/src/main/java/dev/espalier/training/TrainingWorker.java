package dev.espalier.training;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** One thread's network: computes the gradient of one sampled subnet on its images. */
final class TrainingWorker implements AutoCloseable {
  private final ElasticNetwork network;
  private final FlatParameters parameters;
  private final ImageSet images;
  private final Preprocessing preprocessing;
  private final TrainingConfig config;
  private final TorchNetwork student;

  /**
   * One subnet of a step.
   *
   * @param indices of its training images
   * @param random draws their augmentation
   */
  record Task(Architecture subnet, int[] indices, RandomGenerator random) {}

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
  }

  /** Takes over weights after a step. */
  void load(float[] weights) {
    for (FlatParameters.Tensor t : parameters.tensors()) {
      student.set(t.name(), weights, t.offset(), t.length());
    }
  }

  /**
   * Computes one gradient.
   *
   * @param task what is trained on which images
   * @param softTargets of every training image, {@code (n, classes)} flat; not used without
   *     distillation
   * @param distillation share of the target that is soft
   * @param gradient is overwritten
   * @return the loss
   */
  float work(Task task, float[] softTargets, double distillation, SubnetGradient gradient) {
    int classes = network.classes();
    int side = network.input(task.subnet).side();
    int[] indices = task.indices;
    float[] batch = preprocessing.images(images, indices, side, config.augmentation(), task.random);
    float[] targets = new float[indices.length * classes];
    float hard = (float) ((1 - distillation) * (1 - config.labelSmoothing()));
    float spread = (float) ((1 - distillation) * config.labelSmoothing() / classes);
    Arrays.fill(targets, spread);
    for (int i = 0; i < indices.length; i++) {
      targets[i * classes + images.label(indices[i])] += hard;
    }
    if (distillation > 0) {
      for (int i = 0; i < targets.length; i++) {
        targets[i] +=
            (float) distillation * softTargets[indices[i / classes] * classes + i % classes];
      }
    }
    gradient.clear();
    return student.lossAndGradients(task.subnet, batch, indices.length, targets, gradient::set);
  }

  @Override
  public void close() {
    student.close();
  }
}
