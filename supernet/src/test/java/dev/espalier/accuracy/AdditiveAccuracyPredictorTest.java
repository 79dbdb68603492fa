package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.space.OfaMobileNetV3;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class AdditiveAccuracyPredictorTest {
  private static final PredictorError ERROR = new PredictorError(10, 5, 0.5, 0.1, 0.1, 0.2);

  private final OfaMobileNetV3 space = TestSpaces.small();
  private final AdditiveBasis basis = new AdditiveBasis(space, 2);

  @Test
  void predictsItsFunction() {
    double[] weights = TestSpaces.random(1).doubles(basis.features(), 0, 0.001).toArray();
    var predictor = new AdditiveAccuracyPredictor(basis, 0.5, weights, ERROR);

    assertThat(predictor.predict(space.largest()))
        .isEqualTo(predictor.function().at(space.largest()))
        .isGreaterThan(0.5);
  }

  @Test
  void predictionsStayWithinZeroAndOne() {
    double[] weights = new double[basis.features()];
    weights[basis.names().indexOf("resolution=28")] = 0.4;
    weights[basis.names().indexOf("resolution=20")] = -0.9;
    var predictor = new AdditiveAccuracyPredictor(basis, 0.8, weights, ERROR);

    assertThat(predictor.predict(space.largest())).isEqualTo(1);
    assertThat(predictor.predict(space.smallest())).isEqualTo(0);
  }

  @Test
  void javaSerialisationKeepsEveryPrediction() throws Exception {
    double[] weights = TestSpaces.random(2).doubles(basis.features(), 0, 0.001).toArray();
    var predictor = new AdditiveAccuracyPredictor(basis, 0.5, weights, ERROR);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(predictor);
    }

    AdditiveAccuracyPredictor read;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      read = (AdditiveAccuracyPredictor) in.readObject();
    }

    assertThat(read.error()).isEqualTo(ERROR);
    for (int i = 0; i < 50; i++) {
      var architecture = space.sample(TestSpaces.random(i));
      assertThat(read.predict(architecture)).isEqualTo(predictor.predict(architecture));
    }
  }
}
