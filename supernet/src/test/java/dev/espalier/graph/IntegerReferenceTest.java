package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.operator.TensorShape;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IntegerReferenceTest {
  private static final int IMAGES = 2;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  /**
   * Every feature map against real arithmetic on what the integers before it stand for: the nearest
   * step, or the nearest end of the range.
   */
  @ParameterizedTest
  @MethodSource("spaces")
  void everyNodeGivesTheNearestStepOfTheRealResult(SearchSpace space) {
    for (long seed = 0; seed < 8; seed++) {
      QuantisedGraph graph =
          TestGraphs.quantised(TestGraphs.subnet(space, seed), RangeRule.DEFAULT);
      IntegerReference reference = new IntegerReference(graph);
      Map<Tensor, byte[]> maps = new HashMap<>();
      float[] images = TestGraphs.images(TestGraphs.subnet(space, seed), IMAGES, seed);
      reference.run(reference.quantised(images), IMAGES, maps::put);

      for (QuantisedNode node : graph.nodes()) {
        double[] real = node.accept(new RealArithmetic(maps));
        byte[] found = maps.get(node.output());
        assertThat(found).hasSize(real.length);
        Quantisation quantisation = node.output().quantisation();
        double furthest = 0;
        for (int i = 0; i < real.length; i++) {
          double steps = real[i] / quantisation.scale() + quantisation.zeroPoint();
          double nearest = Math.min(127, Math.max(-128, steps));
          furthest = Math.max(furthest, Math.abs(found[i] - nearest));
        }
        assertThat(furthest)
            .as("%s of %s, seed %d", node.output().name(), graph.name(), seed)
            .isLessThanOrEqualTo(0.5 + 2e-3);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void anImagesOutputDoesNotDependOnItsCompany(SearchSpace space) {
    Graph floats = TestGraphs.subnet(space, 3);
    QuantisedGraph graph = TestGraphs.quantised(floats, RangeRule.DEFAULT);
    IntegerReference reference = new IntegerReference(graph);
    byte[] images = reference.quantised(TestGraphs.images(floats, 3, 7));
    byte[] together = reference.run(images, 3);

    int length = images.length / 3;
    int outputs = together.length / 3;
    for (int n = 0; n < 3; n++) {
      assertThat(reference.run(Arrays.copyOfRange(images, n * length, (n + 1) * length), 1))
          .isEqualTo(Arrays.copyOfRange(together, n * outputs, (n + 1) * outputs));
    }
  }

  @Test
  void averagesOfWindowsAreRoundedHalfUpAndLeaveOutWhatIsOutside() {
    TensorShape from = new TensorShape(3, 3, 1);
    TensorShape to = new TensorShape(2, 2, 1);
    Quantisation quantisation = new Quantisation(1, 3);
    Tensor input = new Tensor("image", from, quantisation);
    Tensor output = new Tensor("pool", to, quantisation);
    QuantisedGraph graph =
        new QuantisedGraph(
            "pool",
            input,
            output,
            List.of(new QuantisedNode.Pool(input, output, Node.Pool.Kind.AVERAGE, 2, 2)),
            new TreeMap<>());
    byte[] image = {1, 2, 10, 3, 4, 11, -1, -2, -128};

    // (1 + 2 + 3 + 4) / 4 = 2.5, (10 + 11) / 2 = 10.5, (-1 - 2) / 2 = -1.5
    assertThat(new IntegerReference(graph).run(image, 1)).containsExactly(3, 11, -1, -128);
  }

  /** The nodes in double precision, written as their definitions read. */
  private record RealArithmetic(Map<Tensor, byte[]> maps)
      implements QuantisedNode.Visitor<double[]> {
    private double[] real(Tensor tensor) {
      byte[] map = maps.get(tensor);
      double[] real = new double[map.length];
      for (int i = 0; i < real.length; i++) {
        real[i] =
            (double) tensor.quantisation().scale() * (map[i] - tensor.quantisation().zeroPoint());
      }
      return real;
    }

    private static int index(TensorShape shape, int n, int c, int y, int x) {
      return ((n * shape.channels() + c) * shape.height() + y) * shape.width() + x;
    }

    private static double at(double[] map, TensorShape shape, int n, int c, int y, int x) {
      boolean inside = y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
      return inside ? map[index(shape, n, c, y, x)] : 0;
    }

    @Override
    public double[] convolution(QuantisedNode.Convolution node) {
      double[] in = real(node.input());
      TensorShape from = node.input().shape();
      TensorShape to = node.output().shape();
      QuantisedWeights w = node.weights();
      int k = node.kernel();
      double[] out = new double[IMAGES * (int) to.elements()];
      for (int n = 0; n < IMAGES; n++) {
        for (int o = 0; o < to.channels(); o++) {
          for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
              double sum = (double) w.bias(o) * node.input().quantisation().scale();
              for (int i = 0; i < w.size(1); i++) {
                int channel = o * node.groups() / to.channels() * w.size(1) + i;
                for (int ky = 0; ky < k; ky++) {
                  for (int kx = 0; kx < k; kx++) {
                    sum +=
                        w.value(((o * w.size(1) + i) * k + ky) * k + kx)
                            * at(
                                in,
                                from,
                                n,
                                channel,
                                y * node.stride() + ky - k / 2,
                                x * node.stride() + kx - k / 2);
                  }
                }
              }
              out[index(to, n, o, y, x)] = sum * w.scale(o);
            }
          }
        }
      }
      return out;
    }

    @Override
    public double[] table(QuantisedNode.Table node) {
      double[] in = real(node.input());
      for (int i = 0; i < in.length; i++) {
        double sigmoid = Math.min(6, Math.max(0, in[i] + 3)) / 6;
        in[i] =
            switch (node.function()) {
              case RELU -> Math.max(0, in[i]);
              case RELU6 -> Math.min(6, Math.max(0, in[i]));
              case HARD_SIGMOID -> sigmoid;
              case HARD_SWISH -> in[i] * sigmoid;
            };
      }
      return in;
    }

    @Override
    public double[] add(QuantisedNode.Add node) {
      double[] left = real(node.left());
      double[] right = real(node.right());
      for (int i = 0; i < left.length; i++) {
        left[i] += right[i];
      }
      return left;
    }

    @Override
    public double[] scale(QuantisedNode.Scale node) {
      double[] in = real(node.input());
      double[] scale = real(node.scale());
      for (int i = 0; i < in.length; i++) {
        in[i] *= scale[i / (in.length / scale.length)];
      }
      return in;
    }

    @Override
    public double[] pool(QuantisedNode.Pool node) {
      double[] in = real(node.input());
      TensorShape from = node.input().shape();
      TensorShape to = node.output().shape();
      double[] out = new double[IMAGES * (int) to.elements()];
      for (int n = 0; n < IMAGES; n++) {
        for (int c = 0; c < to.channels(); c++) {
          for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
              double sum = 0;
              double most = Double.NEGATIVE_INFINITY;
              int inside = 0;
              for (int i = 0; i < node.kernel() * node.kernel(); i++) {
                int row = y * node.stride() - node.padding() + i / node.kernel();
                int column = x * node.stride() - node.padding() + i % node.kernel();
                if (row >= 0 && row < from.height() && column >= 0 && column < from.width()) {
                  double value = in[index(from, n, c, row, column)];
                  sum += value;
                  most = Math.max(most, value);
                  inside++;
                }
              }
              out[index(to, n, c, y, x)] = node.kind() == Node.Pool.Kind.MAX ? most : sum / inside;
            }
          }
        }
      }
      return out;
    }

    @Override
    public double[] globalAveragePool(QuantisedNode.GlobalAveragePool node) {
      double[] in = real(node.input());
      int positions = node.input().shape().height() * node.input().shape().width();
      double[] out = new double[in.length / positions];
      for (int i = 0; i < in.length; i++) {
        out[i / positions] += in[i] / positions;
      }
      return out;
    }

    @Override
    public double[] linear(QuantisedNode.Linear node) {
      double[] in = real(node.input());
      QuantisedWeights w = node.weights();
      double[] out = new double[IMAGES * w.channels()];
      for (int i = 0; i < out.length; i++) {
        int n = i / w.channels();
        int o = i % w.channels();
        double sum = (double) w.bias(o) * node.input().quantisation().scale();
        for (int c = 0; c < w.size(1); c++) {
          sum += w.value(o * w.size(1) + c) * in[n * w.size(1) + c];
        }
        out[i] = sum * w.scale(o);
      }
      return out;
    }
  }
}
