package dev.espalier.accuracy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.ludovic.netlib.blas.BLAS;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One hidden layer of OFA's accuracy predictor for 64 candidates at a time: rows of 400 values
 * times a 400 × 400 matrix, in one thread; a row is 320,000 floating-point operations. {@code
 * netlib} is the BLAS that MLlib would use here: OpenBLAS where Debian's is installed, Java
 * otherwise.
 *
 * <pre>{@code
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes -Djmh=DenseKernelBenchmark
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DenseKernelBenchmark {
  private static final int ROWS = DenseNetwork.ROWS;
  private static final int WIDTH = 400;

  @Param({"fastest", "plain", "netlib", "torch"})
  private String kernel;

  private final float[] inputs = new float[ROWS * WIDTH];
  private final float[] weights = new float[WIDTH * WIDTH];
  private final float[] sums = new float[ROWS * WIDTH];
  private Runnable product;

  /** Draws values and chooses the kernel. */
  @Setup
  public void prepare() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) Math.max(0, random.nextDouble() - 0.5);
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextDouble() - 0.5) / 20;
    }
    product =
        switch (kernel) {
          case "fastest" -> () -> product(DenseKernel.fastest());
          case "plain" -> () -> product(new PlainDenseKernel());
          case "netlib" -> netlib(BLAS.getInstance());
          default -> torch();
        };
  }

  private void product(DenseKernel chosen) {
    chosen.addProduct(inputs, ROWS, WIDTH, WIDTH, weights, sums, WIDTH);
  }

  private Runnable netlib(BLAS blas) {
    return () ->
        blas.sgemm("N", "N", WIDTH, ROWS, WIDTH, 1, weights, WIDTH, inputs, WIDTH, 0, sums, WIDTH);
  }

  private Runnable torch() {
    NDManager manager = NDManager.newBaseManager("PyTorch"); // loads what the next line calls
    JniUtils.setGradMode(false);
    NDArray x = manager.create(inputs, new Shape(ROWS, WIDTH));
    NDArray w = manager.create(weights, new Shape(WIDTH, WIDTH));
    return () -> x.matMul(w).close();
  }

  /** One product. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public float[] rows() {
    product.run();
    return sums;
  }
}
