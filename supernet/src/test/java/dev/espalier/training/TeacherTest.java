package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.Weights;
import dev.espalier.training.TrainingRandom.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TeacherTest {
  private static final int COUNT = 600;
  private final ElasticNetwork network = TinyTraining.network();
  private final ImageSet images = TinyTraining.images(COUNT, 1);
  private final TrainingRandom random = new TrainingRandom(7);

  private Teacher teacher() {
    FlatParameters parameters = new FlatParameters(network);
    float[] weights = parameters.initialize(random.of(Stream.WEIGHTS, 0));
    return new Teacher(
        network,
        Weights.of(parameters.unflatten(weights)),
        images,
        Preprocessing.fittedOn(images),
        TinyTraining.config(1));
  }

  @Test
  void softTargetsAreProbabilities() {
    float[] soft = new float[COUNT * 2];
    try (Teacher teacher = teacher()) {
      teacher.teach(0, COUNT, random, soft);
    }

    for (int i = 0; i < COUNT; i++) {
      assertThat(soft[2 * i]).isBetween(0f, 1f);
      assertThat(soft[2 * i] + soft[2 * i + 1]).isCloseTo(1, Offset.offset(1e-5f));
    }
    assertThat(soft[0]).as("images differ").isNotEqualTo(soft[2]);
  }

  @Test
  void partsGiveWhatTheWholeGives() {
    float[] whole = new float[COUNT * 2];
    float[] parts = new float[COUNT * 2];
    try (Teacher teacher = teacher()) {
      teacher.teach(0, COUNT, random, whole);
    }
    try (Teacher teacher = teacher()) {
      teacher.teach(Teacher.BATCH, COUNT, random, parts);
      teacher.teach(0, Teacher.BATCH, random, parts);
    }

    assertThat(parts).isEqualTo(whole);
  }
}
