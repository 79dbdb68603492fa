package dev.espalier.latency;

import dev.espalier.regression.BoostedTrees;
import dev.espalier.regression.GaussianProcess;
import dev.espalier.regression.Kernel;
import dev.espalier.regression.KernelFit;
import dev.espalier.regression.Rows;
import dev.espalier.space.Architecture;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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

  private static final BoostedTrees.Settings TREES =
      new BoostedTrees.Settings(6, 0.8, 500, 24, 3, 0.05, 1);

  /** Networks of the process: it inverts a matrix of as many rows. Trees grow on all. */
  private static final int MOST_PROCESS = 2_000;

  private static final long PROCESS_SEED = 2;

  private final NetworkFeatures features;
  private final List<LatencySource> known;

  /** Networks of the process. */
  private final List<Architecture> networks;

  private final Rows.Scale scale;
  private final GaussianProcess process;
  private final BoostedTrees trees;

  private NetworkLatencyModel(
      NetworkFeatures features,
      List<LatencySource> known,
      List<Architecture> networks,
      Rows.Scale scale,
      GaussianProcess process,
      BoostedTrees trees) {
    this.features = features;
    this.known = known;
    this.networks = networks;
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
    return fitAny(features, known, networks, micros);
  }

  /** As {@link #fit}, of however few networks are left where others are kept out. */
  static NetworkLatencyModel fitAny(
      NetworkFeatures features,
      List<? extends LatencySource> known,
      List<Architecture> networks,
      double[] micros) {
    List<LatencySource> sources = List.copyOf(known);
    double[] logs = Arrays.stream(micros).map(Math::log).toArray();
    Rows rows = rows(features, sources, networks);
    int[] some =
        Rows.draw(
            rows.count(), Math.min(rows.count(), MOST_PROCESS), new SplittableRandom(PROCESS_SEED));
    Rows ofProcess = rows.select(some);
    double[] logsOfProcess = Arrays.stream(some).mapToDouble(i -> logs[i]).toArray();
    Rows.Scale scale = new Rows.Scale(ofProcess);
    Rows scaled = scale.apply(ofProcess);
    Kernel kernel = KernelFit.of(scaled, logsOfProcess);
    return new NetworkLatencyModel(
        features,
        sources,
        Arrays.stream(some).mapToObj(networks::get).toList(),
        scale,
        GaussianProcess.fit(kernel, scaled, logsOfProcess),
        BoostedTrees.fit(TREES, rows, logs));
  }

  /** Networks of the process; what {@link #write} leaves out. */
  List<Architecture> networks() {
    return networks;
  }

  /** Writes what was fitted, without the networks of the process and their latencies. */
  void write(DataOutput out) throws IOException {
    if (!known.isEmpty()) {
      throw new IllegalStateException("a model that asks other devices cannot be written alone");
    }
    process.write(out);
    trees.write(out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param networks of the process, in their order
   */
  static NetworkLatencyModel read(
      NetworkFeatures features, List<Architecture> networks, DataInput in) throws IOException {
    Rows rows = rows(features, List.of(), networks);
    Rows.Scale scale = new Rows.Scale(rows);
    return new NetworkLatencyModel(
        features,
        List.of(),
        List.copyOf(networks),
        scale,
        GaussianProcess.read(in, scale.apply(rows)),
        BoostedTrees.read(in));
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
