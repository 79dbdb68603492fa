package dev.espalier.regression;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Gradient-boosted regression trees for the absolute error (Friedman, <em>Greedy Function
 * Approximation: A Gradient Boosting Machine</em>, Annals of Statistics 2001, algorithm 3), grown
 * best leaf first, and averaged over several samples of the rows drawn without replacement
 * (Breiman, <em>Bagging Predictors</em>, 1996, with Friedman's subsamples).
 *
 * <p>Decisions become one column for each option, features one column each; a column is cut into at
 * most {@value #MOST_CUTS} intervals. Splits minimise the squared error of the signs of residuals,
 * with a ridge of {@value #RIDGE} row; leaves take the median residual. Ties go to the first
 * column.
 *
 * <p>Immutable and thread-safe. Fitting takes O(trees · rows · columns · log leaves), predicting
 * O(trees · depth) a row.
 */
public final class BoostedTrees {
  private static final int MOST_CUTS = 32;
  private static final double RIDGE = 1;

  /**
   * How much is grown.
   *
   * @param samples number of samples of the rows, at least 1
   * @param share of the rows in each, above 0, at most 1
   * @param trees grown on each sample, at least 1
   * @param leaves most leaves of a tree, at least 2
   * @param leastRows fewest rows of a leaf, at least 1
   * @param rate by which each tree moves predictions, above 0, at most 1
   * @param seed of the samples
   */
  public record Settings(
      int samples, double share, int trees, int leaves, int leastRows, double rate, long seed) {
    public Settings {
      if (samples < 1
          || trees < 1
          || leaves < 2
          || leastRows < 1
          || !(share > 0 && share <= 1)
          || !(rate > 0 && rate <= 1)) {
        throw new IllegalArgumentException(
            "boosted trees: samples %d, trees %d and least rows %d must be at least 1, leaves %d at least 2, share %s and rate %s above 0 and at most 1"
                .formatted(samples, trees, leastRows, leaves, share, rate));
      }
    }
  }

  private final Columns columns;
  private final double base;
  private final Tree[] trees;
  private final int samples;

  private BoostedTrees(Columns columns, double base, Tree[] trees, int samples) {
    this.columns = columns;
    this.base = base;
    this.trees = trees;
    this.samples = samples;
  }

  /**
   * Fits.
   *
   * @param values one for each row, all finite
   */
  public static BoostedTrees fit(Settings settings, Rows rows, double[] values) {
    Columns columns = Columns.of(rows);
    byte[][] cut = columns.cut(rows);
    int n = rows.count();
    int drawn = Math.max(1, (int) Math.round(settings.share() * n));
    double base = median(values.clone(), n);
    Tree[] trees = new Tree[settings.samples() * settings.trees()];
    SplittableRandom random = new SplittableRandom(settings.seed());
    for (int sample = 0; sample < settings.samples(); sample++) {
      int[] chosen = Rows.draw(n, drawn, random);
      double[] residuals = Arrays.stream(chosen).mapToDouble(i -> values[i] - base).toArray();
      Grower grower = new Grower(settings, cut, columns.sizes(), chosen);
      for (int tree = 0; tree < settings.trees(); tree++) {
        trees[sample * settings.trees() + tree] = grower.grow(residuals);
      }
    }
    return new BoostedTrees(columns, base, trees, settings.samples());
  }

  /** The values of other rows. */
  public double[] predict(Rows others) {
    byte[][] cut = columns.cut(others);
    double[] predicted = new double[others.count()];
    for (int i = 0; i < predicted.length; i++) {
      double sum = 0;
      for (Tree tree : trees) {
        sum += tree.value(cut, i);
      }
      predicted[i] = base + sum / samples;
    }
    return predicted;
  }

  /** Writes everything that predictions need. */
  public void write(DataOutput out) throws IOException {
    columns.write(out);
    out.writeDouble(base);
    out.writeInt(samples);
    out.writeInt(trees.length);
    for (Tree tree : trees) {
      tree.write(out);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static BoostedTrees read(DataInput in) throws IOException {
    Columns columns = Columns.read(in);
    double base = in.readDouble();
    int samples = in.readInt();
    Tree[] trees = new Tree[in.readInt()];
    for (int i = 0; i < trees.length; i++) {
      trees[i] = Tree.read(in);
    }
    return new BoostedTrees(columns, base, trees, samples);
  }

  private static double median(double[] values, int count) {
    Arrays.sort(values, 0, count);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
  }

  /** The columns of rows, each cut at ascending values. */
  private record Columns(int decisions, double[][] cuts, int[] options) {
    static Columns of(Rows rows) {
      int[] options = new int[rows.decisions()];
      for (int d = 0; d < options.length; d++) {
        for (int i = 0; i < rows.count(); i++) {
          options[d] = Math.max(options[d], rows.code(i, d) + 1);
        }
      }
      double[][] cuts = new double[rows.numbers()][];
      for (int k = 0; k < cuts.length; k++) {
        double[] values = new double[rows.count()];
        for (int i = 0; i < values.length; i++) {
          values[i] = rows.feature(i, k);
        }
        cuts[k] = cuts(values);
      }
      return new Columns(options.length, cuts, options);
    }

    void write(DataOutput out) throws IOException {
      out.writeInt(options.length);
      for (int option : options) {
        out.writeInt(option);
      }
      out.writeInt(cuts.length);
      for (double[] cut : cuts) {
        out.writeInt(cut.length);
        for (double value : cut) {
          out.writeDouble(value);
        }
      }
    }

    static Columns read(DataInput in) throws IOException {
      int[] options = new int[in.readInt()];
      for (int d = 0; d < options.length; d++) {
        options[d] = in.readInt();
      }
      double[][] cuts = new double[in.readInt()][];
      for (int k = 0; k < cuts.length; k++) {
        cuts[k] = new double[in.readInt()];
        for (int c = 0; c < cuts[k].length; c++) {
          cuts[k][c] = in.readDouble();
        }
      }
      return new Columns(options.length, cuts, options);
    }

    /** Midway between neighbouring values; of many values, at evenly spaced ranks. */
    private static double[] cuts(double[] values) {
      double[] distinct = Arrays.stream(values).sorted().distinct().toArray();
      int count = Math.min(MOST_CUTS, distinct.length - 1);
      double[] cuts = new double[count];
      for (int c = 0; c < count; c++) {
        int below = (int) ((long) (c + 1) * (distinct.length - 1) / count) - 1;
        cuts[c] = (distinct[below] + distinct[below + 1]) / 2;
      }
      return cuts;
    }

    /** Number of intervals of each column. */
    int[] sizes() {
      int[] sizes = new int[Arrays.stream(options).sum() + cuts.length];
      int column = 0;
      for (int option : options) {
        for (int o = 0; o < option; o++) {
          sizes[column++] = 2;
        }
      }
      for (double[] cut : cuts) {
        sizes[column++] = cut.length + 1;
      }
      return sizes;
    }

    /** The interval of each row in each column. */
    byte[][] cut(Rows rows) {
      byte[][] intervals = new byte[Arrays.stream(options).sum() + cuts.length][rows.count()];
      for (int i = 0; i < rows.count(); i++) {
        int column = 0;
        for (int d = 0; d < decisions; d++) {
          for (int o = 0; o < options[d]; o++) {
            intervals[column++][i] = (byte) (rows.code(i, d) == o ? 1 : 0);
          }
        }
        for (int k = 0; k < cuts.length; k++) {
          int at = Arrays.binarySearch(cuts[k], rows.feature(i, k));
          intervals[column++][i] = (byte) (at < 0 ? -at - 1 : at);
        }
      }
      return intervals;
    }
  }

  /**
   * Nodes in the order of their making; a node whose column is negative is a leaf.
   *
   * @param columns of each node
   * @param last interval that goes left
   * @param left child; the right one follows it
   * @param values of leaves
   */
  private record Tree(int[] columns, int[] last, int[] left, double[] values) {
    double value(byte[][] cut, int row) {
      int node = 0;
      while (columns[node] >= 0) {
        node = cut[columns[node]][row] <= last[node] ? left[node] : left[node] + 1;
      }
      return values[node];
    }

    void write(DataOutput out) throws IOException {
      out.writeShort(columns.length);
      for (int node = 0; node < columns.length; node++) {
        out.writeShort(columns[node]);
        if (columns[node] >= 0) {
          out.writeByte(last[node]);
          out.writeShort(left[node]);
        } else {
          out.writeDouble(values[node]);
        }
      }
    }

    static Tree read(DataInput in) throws IOException {
      int nodes = in.readShort();
      Tree tree = new Tree(new int[nodes], new int[nodes], new int[nodes], new double[nodes]);
      for (int node = 0; node < nodes; node++) {
        tree.columns[node] = in.readShort();
        if (tree.columns[node] >= 0) {
          tree.last[node] = in.readByte();
          tree.left[node] = in.readShort();
        } else {
          tree.values[node] = in.readDouble();
        }
      }
      return tree;
    }
  }

  /** Grows trees on one sample of the rows. */
  private static final class Grower {
    private final Settings settings;
    private final byte[][] cut;
    private final int[] sizes;
    private final int[] sample;

    /** Positions in the sample, those of a node side by side. */
    private final int[] order;

    private final int[] spare;
    private final double[] medians;
    private final double[] sums = new double[MOST_CUTS + 1];
    private final int[] counts = new int[MOST_CUTS + 1];

    Grower(Settings settings, byte[][] cut, int[] sizes, int[] sample) {
      this.settings = settings;
      this.cut = cut;
      this.sizes = sizes;
      this.sample = sample;
      this.order = new int[sample.length];
      this.spare = new int[sample.length];
      this.medians = new double[sample.length];
    }

    /** A leaf that may be split. */
    private static final class Leaf {
      final int node;
      final int from;
      final int to;
      int column = -1;
      int last;
      double gain;

      Leaf(int node, int from, int to) {
        this.node = node;
        this.from = from;
        this.to = to;
      }
    }

    /** Grows one tree and takes what it explains off the residuals. */
    Tree grow(double[] residuals) {
      int most = 2 * settings.leaves() - 1;
      int[] columns = new int[most];
      int[] last = new int[most];
      int[] left = new int[most];
      double[] values = new double[most];
      Arrays.fill(columns, -1);
      Arrays.setAll(order, i -> i);
      Leaf[] leaves = new Leaf[settings.leaves()];
      leaves[0] = best(new Leaf(0, 0, order.length), residuals);
      int count = 1;
      int nodes = 1;
      while (count < settings.leaves()) {
        int chosen = -1;
        for (int i = 0; i < count; i++) {
          if (leaves[i].column >= 0 && (chosen < 0 || leaves[i].gain > leaves[chosen].gain)) {
            chosen = i;
          }
        }
        if (chosen < 0) {
          break;
        }
        Leaf leaf = leaves[chosen];
        int middle = partition(leaf);
        columns[leaf.node] = leaf.column;
        last[leaf.node] = leaf.last;
        left[leaf.node] = nodes;
        leaves[chosen] = best(new Leaf(nodes, leaf.from, middle), residuals);
        leaves[count++] = best(new Leaf(nodes + 1, middle, leaf.to), residuals);
        nodes += 2;
      }
      for (int i = 0; i < count; i++) {
        Leaf leaf = leaves[i];
        int size = leaf.to - leaf.from;
        for (int k = 0; k < size; k++) {
          medians[k] = residuals[order[leaf.from + k]];
        }
        double value = settings.rate() * median(medians, size);
        values[leaf.node] = value;
        for (int k = leaf.from; k < leaf.to; k++) {
          residuals[order[k]] -= value;
        }
      }
      return new Tree(
          Arrays.copyOf(columns, nodes),
          Arrays.copyOf(last, nodes),
          Arrays.copyOf(left, nodes),
          Arrays.copyOf(values, nodes));
    }

    /** Puts the rows that go left before those that go right, each in their order. */
    private int partition(Leaf leaf) {
      byte[] intervals = cut[leaf.column];
      int to = leaf.from;
      int kept = 0;
      for (int k = leaf.from; k < leaf.to; k++) {
        if (intervals[sample[order[k]]] <= leaf.last) {
          order[to++] = order[k];
        } else {
          spare[kept++] = order[k];
        }
      }
      System.arraycopy(spare, 0, order, to, kept);
      return to;
    }

    /** Finds the split that gains most; no column where none gains anything. */
    private Leaf best(Leaf leaf, double[] residuals) {
      int size = leaf.to - leaf.from;
      if (size < 2 * settings.leastRows()) {
        return leaf;
      }
      double total = 0;
      for (int k = leaf.from; k < leaf.to; k++) {
        total += Math.signum(residuals[order[k]]);
      }
      double whole = total * total / (size + RIDGE);
      for (int column = 0; column < sizes.length; column++) {
        int intervals = sizes[column];
        Arrays.fill(sums, 0, intervals, 0);
        Arrays.fill(counts, 0, intervals, 0);
        byte[] of = cut[column];
        for (int k = leaf.from; k < leaf.to; k++) {
          int position = order[k];
          int interval = of[sample[position]];
          sums[interval] += Math.signum(residuals[position]);
          counts[interval]++;
        }
        double sum = 0;
        int count = 0;
        for (int interval = 0; interval < intervals - 1; interval++) {
          sum += sums[interval];
          count += counts[interval];
          int rest = size - count;
          if (count < settings.leastRows() || rest < settings.leastRows()) {
            continue;
          }
          double gain =
              sum * sum / (count + RIDGE) + (total - sum) * (total - sum) / (rest + RIDGE) - whole;
          if (gain > leaf.gain + 1e-9) {
            leaf.gain = gain;
            leaf.column = column;
            leaf.last = interval;
          }
        }
      }
      return leaf;
    }
  }
}
