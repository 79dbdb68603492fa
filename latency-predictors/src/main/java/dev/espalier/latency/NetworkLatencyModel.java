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
      new BoostedTrees.Settings(6, 0.8, 500, 24, 3, 0.05, 1);

  private final NetworkFeatures features;
  private final Rows.Scale scale;
  private final GaussianProcess process;
  private final BoostedTrees trees;
  private BoostedTrees st;

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
    GaussianProcess gp = GaussianProcess.fit(kernel, scaled, logs);
    NetworkLatencyModel m = new NetworkLatencyModel(
        features,
        scale,
        gp,
        BoostedTrees.fit(TREES, rows, logs));
    double[] loo = gp.leftOut();
    double[] left = new double[loo.length];
    for (int i = 0; i < left.length; i++) left[i] = logs[i] - loo[i];
    System.setProperty("alpha", System.getProperty("alpha2", "0.95"));
    m.st = BoostedTrees.fit(new BoostedTrees.Settings(6, 0.8, 150, 12, 8, 0.05, 2), rows.with(loo), left);
    System.setProperty("alpha", "0.5");
    return m;
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
    double[] p = process.predict(scale.apply(rows));
    double[] a = trees.predict(rows);
    double[] s = st.predict(rows.with(p));
    double[][] w = {{1,0,0},{0,1,0},{1,0,1},{.5,.5,0},{.5,.5,.5},{.5,.5,1},{.33,.67,0},{.33,.67,.67},{.6,.4,.6}};
    double[][] out = new double[w.length][p.length];
    for (int k = 0; k < w.length; k++) for (int i = 0; i < p.length; i++) out[k][i] = Math.exp(w[k][0]*p[i]+w[k][1]*a[i]+w[k][2]*s[i]);
    return out;
  }

  /** scratch: multi-device. y[d] may hold NaN. */
  public static double[][] multi(NetworkFeatures features, List<Architecture> train, double[][] logs, List<Architecture> rest, int target) {
    Rows tr = features.rows(train), te = features.rows(rest);
    Rows.Scale sc = new Rows.Scale(tr);
    Rows str = sc.apply(tr), ste = sc.apply(te);
    Rows wtr = tr, wte = te;
    double[] p0 = null;
    for (int d = 0; d < logs.length; d++) {
      double mean = Arrays.stream(logs[d]).filter(v -> !Double.isNaN(v)).average().orElseThrow();
      double[] y = Arrays.stream(logs[d]).map(v -> Double.isNaN(v) ? mean : v).toArray();
      int[] sample = sample(tr.count(), 300);
      Kernel k = KernelFit.of(str.select(sample), Arrays.stream(sample).mapToDouble(i -> y[i]).toArray());
      GaussianProcess gp = GaussianProcess.fit(k, str, y);
      double[] pred = gp.predict(ste);
      if (d == target) { p0 = pred; continue; }
      wtr = wtr.with(gp.leftOut()); wte = wte.with(pred);
    }
    double[] y = logs[target];
    Rows.Scale ws = new Rows.Scale(wtr);
    int[] sample = sample(tr.count(), 400);
    Kernel k = KernelFit.of(ws.apply(wtr).select(sample), Arrays.stream(sample).mapToDouble(i -> y[i]).toArray());
    double[] g = GaussianProcess.fit(k, ws.apply(wtr), y).predict(ws.apply(wte));
    double[] a = BoostedTrees.fit(TREES, wtr, y).predict(wte);
    double[] a0 = BoostedTrees.fit(TREES, tr, y).predict(te);
    double[][] out = new double[6][p0.length];
    for (int i = 0; i < p0.length; i++) {
      out[0][i] = Math.exp((p0[i]+a0[i])/2); out[1][i] = Math.exp(g[i]); out[2][i] = Math.exp(a[i]);
      out[3][i] = Math.exp((g[i]+a[i])/2); out[4][i] = Math.exp((g[i]+a[i]+p0[i]+a0[i])/4); out[5][i] = Math.exp((g[i]+a0[i])/2);
    }
    return out;
  }
}
