package dev.espalier.accuracy;

import dev.espalier.artefact.Storage;
import dev.espalier.network.WeightTensor;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Architectures of OFA's space that an accuracy predictor of OFA's shape (128 inputs, three hidden
 * layers of 400, random weights) predicts per second, in one thread and in two, in batches of 4096
 * random architectures.
 *
 * <pre>{@code
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes "-Djmh=OfaPredictorBenchmark -t 2"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OfaPredictorBenchmark {
  private static final int BATCH = 4096;
  private static final int WIDTH = 400;

  private MlpEnsemble predictor;
  private byte[] codes;
  private double[] accuracies;

  /** Draws weights and the batch. */
  @Setup
  public void draw() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    SearchSpace space =
        new SpaceCatalogue(
                new Storage(new Configuration()), List.of(new Path("../supernet/spaces")))
            .read("ofa-mobilenetv3-w1.2@160,176,192,208,224");
    int[] widths = {new OneHotEncoding(space).columns(), WIDTH, WIDTH, WIDTH, 1};
    List<DenseNetwork.Layer> layers = new ArrayList<>();
    for (int l = 1; l < widths.length; l++) {
      layers.add(
          new DenseNetwork.Layer(
              tensor(random, widths[l], widths[l - 1]), tensor(random, widths[l])));
    }
    predictor =
        new MlpEnsemble(
            space, List.of(new DenseNetwork(layers)), new MlpEnsemble.TargetScale(0, 1));
    accuracies = new double[BATCH];
    codes = new byte[BATCH * space.length()];
    for (int i = 0; i < BATCH; i++) {
      System.arraycopy(
          space.sample(random).toBytes(), 0, codes, i * space.length(), space.length());
    }
  }

  private static WeightTensor tensor(RandomGenerator random, int... shape) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian() / 20;
    }
    return new WeightTensor(shape, values);
  }

  /** One batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double[] predictedAccuracy() {
    predictor.predict(codes, BATCH, accuracies);
    return accuracies;
  }
}
