package dev.espalier.latency;

import dev.espalier.regression.BoostedTrees;
import dev.espalier.regression.GaussianProcess;
import dev.espalier.regression.Kernel;
import dev.espalier.regression.KernelFit;
import dev.espalier.regression.Rows;
import dev.espalier.space.Architecture;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The latency of whole networks, learned from measured ones where sums over operators do not hold:
 * the mean of a robust {@link GaussianProcess} and of {@link BoostedTrees}, in logarithms, so that
 * relative errors count. It looks at features of the network and, where other devices are known, at
 * what they take. Features and settings are the same for every device; what devices differ in, the
 * likelihood and the trees find.
 *
 * <p>Immutable and thread-safe. Fitting on a thousand networks takes about ten seconds of a core.
 */
public final class NetworkLatencyModel implements LatencySource {
  /** Fewest networks to fit on; below, known devices can be adapted: {@link AdaptedLatency}. */
  public static final int FEWEST = 100;

  /** Rows by which the kernel is judged. */
  private static final int KERNEL_ROWS = 400;

  private static final long KERNEL_SEED = 1;
  private static final BoostedTrees.Settings TREES =
      new BoostedTrees.Settings(6, 0.8, 500, 24, 3, 0.05, 1);

  private final NetworkFeatures features;
  private final List<LatencySource> known;
  private final Rows.Scale scale;
  private final GaussianProcess process;
  private final BoostedTrees trees;

  private NetworkLatencyModel(
      NetworkFeatures features,
      List<LatencySource> known,
      Rows.Scale scale,
      GaussianProcess process,
      BoostedTrees trees) {
    this.features = features;
    this.known = known;
    this.scale = scale;
    this.process = process;
    this.trees = trees;
  }

  /**
   * Fits.
   *
   * @param known other devices; may be empty
   * @param networks at least {@value #FEWEST}, may repeat
   * @param micros of each, above 0
   */
  public static NetworkLatencyModel fit(
      NetworkFeatures features,
      List<? extends LatencySource> known,
      List<Architecture> networks,
      double[] micros) {
    if (networks.size() < FEWEST) {
      throw new IllegalArgumentException(
          "%d measured networks are too few for a model of their own, which needs at least %d: measure more, or adapt known profiles to these"
              .formatted(networks.size(), FEWEST));
    }
    List<LatencySource> sources = List.copyOf(known);
    double[] logs = Arrays.stream(micros).map(Math::log).toArray();
    Rows rows = rows(features, sources, networks);
    Rows.Scale scale = new Rows.Scale(rows);
    Rows scaled = scale.apply(rows);
    int[] sample =
        Rows.draw(
            rows.count(), Math.min(rows.count(), KERNEL_ROWS), new SplittableRandom(KERNEL_SEED));
    Kernel kernel =
        KernelFit.of(
            scaled.select(sample), Arrays.stream(sample).mapToDouble(i -> logs[i]).toArray());
    return new NetworkLatencyModel(
        features,
        sources,
        scale,
        GaussianProcess.fit(kernel, scaled, logs),
        BoostedTrees.fit(TREES, rows, logs));
  }

  private static Rows rows(
      NetworkFeatures features, List<LatencySource> known, List<Architecture> networks) {
    return features.rows(networks, LatencySource.logarithms(known, networks)).sourcesAsFeatures();
  }

  @Override
  public double[] micros(List<Architecture> networks) {
    Rows rows = rows(features, known, networks);
    double[] smooth = process.predict(scale.apply(rows));
    double[] stepwise = trees.predict(rows);
    double[] micros = new double[smooth.length];
    Arrays.setAll(micros, i -> Math.exp((smooth[i] + stepwise[i]) / 2));
    return micros;
  }
}
