package dev.espalier.graph;

import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.operator.TensorShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a {@link QuantisedGraph} computes, in plain Java, bit for bit: the definition that integer
 * kernels are held against. Feature maps are {@code (n, c, h, w)} flat. Immutable and thread-safe.
 */
public final class IntegerReference {
  private final QuantisedGraph graph;
  private final Map<Tensor, Integer> lastUse = new HashMap<>();

  /** Of a graph. */
  public IntegerReference(QuantisedGraph graph) {
    this.graph = graph;
    for (int i = 0; i < graph.nodes().size(); i++) {
      for (Tensor input : graph.nodes().get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
  }

  /** Hears every feature map once, in the order in which they are made, the image first. */
  @FunctionalInterface
  public interface Listener {
    /** Of all images: {@code (count, c, h, w)} flat, to be read only. */
    void made(Tensor tensor, byte[] values);
  }

  /** The integers of images: each value by {@link Quantisation#quantised}. */
  public byte[] quantised(float[] images) {
    byte[] quantised = new byte[images.length];
    for (int i = 0; i < images.length; i++) {
      quantised[i] = graph.input().quantisation().quantised(images[i]);
    }
    return quantised;
  }

  /**
   * Runs images given in floats.
   *
   * @param images {@code (count, c, h, w)} flat
   * @return what the output's integers stand for, {@code (count, outputs)} flat
   */
  public float[] run(float[] images, int count) {
    byte[] output = run(quantised(images), count);
    float[] real = new float[output.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = graph.output().quantisation().real(output[i]);
    }
    return real;
  }

  /**
   * Runs images of integers.
   *
   * @param images {@code (count, c, h, w)} flat, quantised as the graph's input
   * @return {@code (count, outputs)} flat, quantised as the graph's output
   */
  public byte[] run(byte[] images, int count) {
    return run(images, count, (tensor, values) -> {});
  }

  /** Runs images and lets a listener hear what is made on the way. */
  public byte[] run(byte[] images, int count, Listener listener) {
    if (count < 1 || images.length != count * graph.input().shape().elements()) {
      throw new IllegalArgumentException(
          "%d values are not %d images of %s"
              .formatted(images.length, count, graph.input().shape()));
    }
    Map<Tensor, byte[]> maps = new HashMap<>();
    maps.put(graph.input(), images);
    listener.made(graph.input(), images);
    for (int i = 0; i < graph.nodes().size(); i++) {
      QuantisedNode node = graph.nodes().get(i);
      byte[] made = node.accept(new Evaluation(maps, count));
      maps.put(node.output(), made);
      listener.made(node.output(), made);
      int now = i;
      maps.keySet().removeIf(t -> !t.equals(graph.output()) && lastUse.getOrDefault(t, 0) <= now);
    }
    return maps.get(graph.output());
  }

  /**
   * What one node makes.
   *
   * @param maps its inputs, {@code (count, c, h, w)} flat, to be read only
   */
  public static byte[] made(QuantisedNode node, Map<Tensor, byte[]> maps, int count) {
    return node.accept(new Evaluation(maps, count));
  }

  private static final class Evaluation implements QuantisedNode.Visitor<byte[]> {
    private final Map<Tensor, byte[]> maps;
    private final int count;

    Evaluation(Map<Tensor, byte[]> maps, int count) {
      this.maps = maps;
      this.count = count;
    }

    private byte[] map(Tensor tensor) {
      return maps.get(tensor);
    }

    private byte[] made(Tensor tensor) {
      return new byte[Math.toIntExact(count * tensor.shape().elements())];
    }

    private static int plane(TensorShape shape) {
      return shape.height() * shape.width();
    }

    @Override
    public byte[] convolution(QuantisedNode.Convolution node) {
      byte[] map = map(node.input());
      byte[] out = made(node.output());
      TensorShape from = node.input().shape();
      TensorShape to = node.output().shape();
      QuantisedWeights weights = node.weights();
      int kernel = node.kernel();
      int group = weights.size(1);
      int outputsOfGroup = to.channels() / node.groups();
      int zero = node.input().quantisation().zeroPoint();
      Windows rows = Windows.rows(from, to, node.stride(), kernel / 2);
      Windows columns = Windows.columns(from, to, node.stride(), kernel / 2);
      // As 32-bit integers without the zero point, the loops become vector instructions.
      int[] in = new int[Math.toIntExact(from.elements())];
      int[] sums = new int[plane(to)];
      for (int n = 0; n < count; n++) {
        for (int i = 0; i < in.length; i++) {
          in[i] = map[n * in.length + i] - zero;
        }
        for (int o = 0; o < to.channels(); o++) {
          Arrays.fill(sums, weights.bias(o));
          int i = 0;
          if (kernel == 1 && node.stride() == 1) {
            int base = o / outputsOfGroup * group * sums.length;
            for (; i + 4 <= group; i += 4) {
              add4(in, base + i * sums.length, weights, o * group + i, sums);
            }
          }
          for (; i < group; i++) {
            int base = (o / outputsOfGroup * group + i) * plane(from);
            for (int ky = 0; ky < kernel; ky++) {
              for (int kx = 0; kx < kernel; kx++) {
                int weight = weights.value(((o * group + i) * kernel + ky) * kernel + kx);
                add(in, base, weight, sums, rows, ky, columns, kx);
              }
            }
          }
          int first = (n * to.channels() + o) * sums.length;
          for (int x = 0; x < sums.length; x++) {
            out[first + x] = node.scaling().apply(sums[x], o);
          }
        }
      }
      return out;
    }

    /** Adds the products of four whole planes to one. */
    private static void add4(int[] in, int base, QuantisedWeights weights, int first, int[] sums) {
      int plane = sums.length;
      int w0 = weights.value(first);
      int w1 = weights.value(first + 1);
      int w2 = weights.value(first + 2);
      int w3 = weights.value(first + 3);
      for (int x = 0; x < plane; x++) {
        sums[x] +=
            w0 * in[base + x]
                + w1 * in[base + plane + x]
                + w2 * in[base + 2 * plane + x]
                + w3 * in[base + 3 * plane + x];
      }
    }

    /** Adds one tap's products to a plane. */
    private static void add(
        int[] in, int base, int weight, int[] sums, Windows rows, int ky, Windows columns, int kx) {
      int first = columns.first(kx);
      int end = columns.end(kx);
      int stride = columns.stride();
      for (int y = rows.first(ky); y < rows.end(ky); y++) {
        int from = base + rows.position(y, ky) * columns.inputs() + columns.position(0, kx);
        int to = y * columns.outputs();
        if (stride == 1) {
          for (int x = first; x < end; x++) {
            sums[to + x] += weight * in[from + x];
          }
        } else {
          for (int x = first; x < end; x++) {
            sums[to + x] += weight * in[from + x * stride];
          }
        }
      }
    }

    @Override
    public byte[] table(QuantisedNode.Table node) {
      byte[] in = map(node.input());
      byte[] out = new byte[in.length];
      for (int i = 0; i < in.length; i++) {
        out[i] = node.table().apply(in[i]);
      }
      return out;
    }

    @Override
    public byte[] add(QuantisedNode.Add node) {
      byte[] left = map(node.left());
      byte[] right = map(node.right());
      byte[] out = new byte[left.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = node.scaling().apply(left[i], right[i]);
      }
      return out;
    }

    @Override
    public byte[] scale(QuantisedNode.Scale node) {
      byte[] in = map(node.input());
      byte[] scale = map(node.scale());
      byte[] out = new byte[in.length];
      int plane = plane(node.input().shape());
      int zero = node.input().quantisation().zeroPoint();
      int scaleZero = node.scale().quantisation().zeroPoint();
      for (int i = 0; i < out.length; i++) {
        out[i] = node.scaling().apply((in[i] - zero) * (scale[i / plane] - scaleZero), 0);
      }
      return out;
    }

    @Override
    public byte[] pool(QuantisedNode.Pool node) {
      byte[] in = map(node.input());
      byte[] out = made(node.output());
      TensorShape from = node.input().shape();
      TensorShape to = node.output().shape();
      Windows rows = Windows.rows(from, to, node.stride(), node.padding());
      Windows columns = Windows.columns(from, to, node.stride(), node.padding());
      int next = 0;
      for (int c = 0; c < count * from.channels(); c++) {
        for (int y = 0; y < to.height(); y++) {
          for (int x = 0; x < to.width(); x++) {
            int sum = 0;
            int most = Quantisation.LEAST;
            int inside = 0;
            for (int ky = 0; ky < node.kernel(); ky++) {
              int row = rows.position(y, ky);
              for (int kx = 0; kx < node.kernel(); kx++) {
                int column = columns.position(x, kx);
                if (row >= 0 && row < from.height() && column >= 0 && column < from.width()) {
                  int value = in[c * plane(from) + row * from.width() + column];
                  sum += value;
                  most = Math.max(most, value);
                  inside++;
                }
              }
            }
            out[next++] =
                (byte)
                    (node.kind() == Node.Pool.Kind.MAX
                        ? most
                        : Math.floorDiv(2 * sum + inside, 2 * inside));
          }
        }
      }
      return out;
    }

    @Override
    public byte[] globalAveragePool(QuantisedNode.GlobalAveragePool node) {
      byte[] in = map(node.input());
      byte[] out = made(node.output());
      int plane = plane(node.input().shape());
      int zero = node.input().quantisation().zeroPoint();
      for (int c = 0; c < out.length; c++) {
        int sum = 0;
        for (int i = c * plane; i < (c + 1) * plane; i++) {
          sum += in[i] - zero;
        }
        out[c] = node.scaling().apply(sum, 0);
      }
      return out;
    }

    @Override
    public byte[] linear(QuantisedNode.Linear node) {
      byte[] in = map(node.input());
      byte[] out = made(node.output());
      QuantisedWeights weights = node.weights();
      int inputs = weights.size(1);
      int outputs = weights.size(0);
      int zero = node.input().quantisation().zeroPoint();
      for (int n = 0; n < count; n++) {
        for (int o = 0; o < outputs; o++) {
          int sum = weights.bias(o);
          for (int i = 0; i < inputs; i++) {
            sum += weights.value(o * inputs + i) * (in[n * inputs + i] - zero);
          }
          out[n * outputs + o] = node.scaling().apply(sum, o);
        }
      }
      return out;
    }
  }
}
