package dev.espalier.measurement;

import dev.espalier.deploy.OnnxModel;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** ONNX models that are loaded, fed one random image each, and ready to be timed. */
final class ModelSubjects implements AutoCloseable {
  private final List<OnnxModel> models = new ArrayList<>();
  private final RandomGenerator random;

  /**
   * @param random draws the images, normal with variance 1
   */
  ModelSubjects(RandomGenerator random) {
    this.random = random;
  }

  /** Loads a model on one thread, for batch 1. */
  void add(byte[] model) {
    OnnxModel loaded = OnnxModel.load(model, 1);
    models.add(loaded);
    float[] image = new float[loaded.imageLength()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    loaded.feed(image, 1);
  }

  /** What to time, in the order of adding. */
  List<Runnable> subjects() {
    return models.stream().<Runnable>map(model -> model::execute).toList();
  }

  @Override
  public void close() {
    models.forEach(OnnxModel::close);
  }
}
