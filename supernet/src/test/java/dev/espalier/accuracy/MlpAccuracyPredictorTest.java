package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.espalier.accuracy.MlpEnsemble.TargetScale;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MlpAccuracyPredictorTest {
  private static final PredictorError ERROR = new PredictorError(10, 5, 0.5, 0.1, 0.1, 0.2);

  private final OfaMobileNetV3 space = TestSpaces.small();

  static MlpAccuracyPredictor random(SearchSpace space, int members, int width, long seed) {
    RandomGenerator random = TestSpaces.random(seed);
    int columns = new OneHotEncoding(space).columns();
    List<DenseNetwork> networks = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      networks.add(
          new DenseNetwork(
              List.of(
                  layer(columns, width, random),
                  layer(width, width + 3, random),
                  layer(width + 3, 1, random))));
    }
    return new MlpAccuracyPredictor(space, networks, new TargetScale(0.8, 0.05), ERROR);
  }

  private static DenseNetwork.Layer layer(int in, int out, RandomGenerator random) {
    return new DenseNetwork.Layer(
        tensor(new int[] {out, in}, random), tensor(new int[] {out}, random));
  }

  private static WeightTensor tensor(int[] shape, RandomGenerator random) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-0.5f, 0.5f);
    }
    return new WeightTensor(shape, values);
  }

  private static byte[] codes(SearchSpace space, int count, RandomGenerator random) {
    byte[] codes = new byte[count * space.length()];
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          space.sample(random).toBytes(), 0, codes, i * space.length(), space.length());
    }
    return codes;
  }

  @Test
  void plainJavaGivesWhatTorchGives() {
    MlpAccuracyPredictor predictor = random(space, 2, 37, 1);
    OneHotEncoding encoding = new OneHotEncoding(space);
    int count = 100;
    byte[] codes = codes(space, count, TestSpaces.random(2));
    double[] predicted = new double[count];

    predictor.predict(codes, count, predicted);

    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      float[] dense = new float[count * encoding.columns()];
      int[] ones = new int[encoding.decisions()];
      for (int i = 0; i < count; i++) {
        int written = encoding.encode(codes, i * space.length(), ones);
        for (int j = 0; j < written; j++) {
          dense[i * encoding.columns() + ones[j]] = 1;
        }
      }
      NDArray sum = manager.zeros(new Shape(count, 1));
      for (int m = 0; m < 2; m++) {
        NDArray x = manager.create(dense, new Shape(count, encoding.columns()));
        for (int l = 0; l < 3; l++) {
          String name = "mlp." + m + ".layer" + l;
          WeightTensor weight = predictor.weights().tensor(name + ".weight");
          WeightTensor bias = predictor.weights().tensor(name + ".bias");
          NDArray w = manager.create(weight.values(), new Shape(weight.size(0), weight.size(1)));
          x = x.matMul(w.transpose()).add(manager.create(bias.values()));
          x = l < 2 ? x.maximum(0) : x;
        }
        sum = sum.add(x);
      }
      float[] torch = sum.div(2).toFloatArray();
      for (int i = 0; i < count; i++) {
        assertThat(predicted[i]).isCloseTo(0.8 + 0.05 * torch[i], within(1e-6));
      }
    }
  }

  @Test
  void predictsTheSameAloneInBatchesAndFromManyThreads() {
    MlpAccuracyPredictor predictor = random(space, 3, 16, 3);
    int count = 500;
    byte[] codes = codes(space, count, TestSpaces.random(4));
    double[] together = new double[count];
    predictor.predict(codes, count, together);

    double[] alone =
        IntStream.range(0, count)
            .parallel()
            .mapToDouble(
                i ->
                    predictor.predict(
                        Architecture.ofCanonical(
                            Arrays.copyOfRange(
                                codes, i * space.length(), (i + 1) * space.length()))))
            .toArray();

    assertThat(alone).isEqualTo(together);
  }

  @Test
  void javaSerialisationKeepsEveryPrediction() throws Exception {
    MlpAccuracyPredictor predictor = random(space, 2, 16, 5);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(predictor);
    }

    MlpAccuracyPredictor read;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      read = (MlpAccuracyPredictor) in.readObject();
    }

    assertThat(read.space()).isEqualTo(space);
    assertThat(read.error()).isEqualTo(ERROR);
    assertThat(read.weights()).isEqualTo(predictor.weights());
    assertThat(read.predict(space.largest())).isEqualTo(predictor.predict(space.largest()));
  }

  @Test
  void weightsReadBackAndStrangersAreNamed() {
    MlpAccuracyPredictor predictor = random(space, 2, 8, 6);
    Weights weights = predictor.weights();

    MlpAccuracyPredictor read =
        MlpAccuracyPredictor.of(space, weights, predictor.scale(), predictor.error());

    assertThat(read.ensemble().members()).isEqualTo(2);
    assertThat(read.ensemble().parameters()).isEqualTo(predictor.ensemble().parameters());
    var altered = new TreeMap<>(weights.tensors());
    altered.remove("mlp.1.layer1.weight");
    assertThatThrownBy(
            () ->
                MlpAccuracyPredictor.of(
                    space, new Weights(altered), predictor.scale(), predictor.error()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the last layer gives 8 values, not 1");
  }

  @Test
  void refusesNetworksOfAnotherSpace() {
    MlpAccuracyPredictor predictor = random(space, 1, 8, 6);

    assertThatThrownBy(
            () ->
                MlpAccuracyPredictor.of(
                    TestSpaces.ofaImageNet(),
                    predictor.weights(),
                    predictor.scale(),
                    predictor.error()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an MLP accuracy predictor with 58 inputs does not fit space ofa-mobilenetv3, whose encoding has 138 columns");
  }
}
