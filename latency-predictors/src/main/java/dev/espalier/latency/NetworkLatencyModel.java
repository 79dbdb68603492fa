package dev.espalier.latency;

import dev.espalier.regression.BoostedTrees;
import dev.espalier.regression.GaussianProcess;
import dev.espalier.regression.Kernel;
import dev.espalier.regression.KernelFit;
import dev.espalier.regression.Rows;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The latency of whole networks, learned from measured ones where sums over operators do not hold:
 * the mean of a robust {@link GaussianProcess} and of {@link BoostedTrees}, in logarithms, so that
 * relative errors count. Features and settings are the same for every device; what a device differs
 * in, the likelihood and the trees find.
 *
 * <p>Immutable and thread-safe.
 */
public final class NetworkLatencyModel {
  /** Fewest networks to fit on; below, adapt a known device instead. */
  public static final int FEWEST = 50;

  private static final int KERNEL_ROWS = 400;
  private static final BoostedTrees.Settings TREES =
      new BoostedTrees.Settings(10, 0.6, 500, 24, 3, 0.05, 1);

  private final NetworkFeatures features;
  private final Rows.Scale scale;
  private final GaussianProcess process;
  private final BoostedTrees trees;

  private NetworkLatencyModel(
      NetworkFeatures features, Rows.Scale scale, GaussianProcess process, BoostedTrees trees) {
    this.features = features;
    this.scale = scale;
    this.process = process;
    this.trees = trees;
  }

  /**
   * Fits.
   *
   * @param networks at least {@value #FEWEST}
   * @param micros of each, above 0
   */
  public static NetworkLatencyModel fit(
      NetworkFeatures features, List<Architecture> networks, double[] micros) {
    if (networks.size() < FEWEST) {
      throw new IllegalArgumentException(
          "%d measured networks are too few for a model of their own: at least %d are needed; adapt a known profile to them instead"
              .formatted(networks.size(), FEWEST));
    }
    double[] logs = Arrays.stream(micros).map(Math::log).toArray();
    Rows rows = features.rows(networks);
    Rows.Scale scale = new Rows.Scale(rows);
    Rows scaled = scale.apply(rows);
    int[] sample = sample(rows.count(), KERNEL_ROWS);
    Kernel kernel =
        KernelFit.of(
            scaled.select(sample), Arrays.stream(sample).mapToDouble(i -> logs[i]).toArray());
    return new NetworkLatencyModel(
        features,
        scale,
        GaussianProcess.fit(kernel, scaled, logs),
        BoostedTrees.fit(TREES, rows, logs));
  }

  private static int[] sample(int rows, int most) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      order.add(i);
    }
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < Math.min(rows, most); i++) {
      java.util.Collections.swap(order, i, i + random.nextInt(rows - i));
    }
    return order.stream().limit(most).mapToInt(i -> i).sorted().toArray();
  }

  /** Microseconds of each network. */
  public double[] predictMicros(List<Architecture> networks) {
    Rows rows = features.rows(networks);
    double[] first = process.predict(scale.apply(rows));
    double[] second = trees.predict(rows);
    double[] micros = new double[first.length];
    for (int i = 0; i < micros.length; i++) {
      micros[i] = Math.exp((first[i] + second[i]) / 2);
    }
    return micros;
  }
  public double[][] parts(List<Architecture> networks) {
    Rows rows = features.rows(networks);
    return new double[][] {Arrays.stream(process.predict(scale.apply(rows))).map(Math::exp).toArray(), Arrays.stream(trees.predict(rows)).map(Math::exp).toArray()};
  }
}
