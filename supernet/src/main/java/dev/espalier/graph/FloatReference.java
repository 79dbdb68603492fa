package dev.espalier.graph;

import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.TensorShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a {@link Graph} computes, in plain Java: float32, sums in the order of input channels and
 * taps. Feature maps are {@code (n, c, h, w)} flat. Immutable and thread-safe; made to be read and
 * to calibrate with, not to be fast.
 */
public final class FloatReference {
  private final Graph graph;
  private final Map<Tensor, Integer> lastUse = new HashMap<>();

  /** Of a graph. */
  public FloatReference(Graph graph) {
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
    void made(Tensor tensor, float[] values);
  }

  /**
   * Runs images.
   *
   * @param images {@code (count, c, h, w)} flat
   * @return {@code (count, outputs)} flat
   */
  public float[] run(float[] images, int count) {
    return run(images, count, (tensor, values) -> {});
  }

  /** Runs images and lets a listener hear what is made on the way. */
  public float[] run(float[] images, int count, Listener listener) {
    if (count < 1 || images.length != count * graph.input().shape().elements()) {
      throw new IllegalArgumentException(
          "%d values are not %d images of %s"
              .formatted(images.length, count, graph.input().shape()));
    }
    Map<Tensor, float[]> maps = new HashMap<>();
    maps.put(graph.input(), images);
    listener.made(graph.input(), images);
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      float[] made = node.accept(new Evaluation(maps, count));
      maps.put(node.output(), made);
      listener.made(node.output(), made);
      int now = i;
      maps.keySet().removeIf(t -> !t.equals(graph.output()) && lastUse.getOrDefault(t, 0) <= now);
    }
    return maps.get(graph.output());
  }

  private static final class Evaluation implements Node.Visitor<float[]> {
    private final Map<Tensor, float[]> maps;
    private final int count;

    Evaluation(Map<Tensor, float[]> maps, int count) {
      this.maps = maps;
      this.count = count;
    }

    private float[] map(Tensor tensor) {
      return maps.get(tensor);
    }

    private float[] made(Tensor tensor) {
      return new float[Math.toIntExact(count * tensor.shape().elements())];
    }

    private static int plane(TensorShape shape) {
      return shape.height() * shape.width();
    }

    @Override
    public float[] convolution(Node.Convolution node) {
      float[] in = map(node.input());
      float[] out = made(node.output());
      TensorShape from = node.input().shape();
      TensorShape to = node.output().shape();
      float[] weights = node.weight().values();
      int kernel = node.kernel();
      int group = node.weight().size(1);
      int outputsOfGroup = to.channels() / node.groups();
      Windows rows = Windows.rows(from, to, node.stride(), kernel / 2);
      Windows columns = Windows.columns(from, to, node.stride(), kernel / 2);
      float[] sums = new float[plane(to)];
      for (int n = 0; n < count; n++) {
        for (int o = 0; o < to.channels(); o++) {
          Arrays.fill(sums, node.bias().value(o));
          for (int i = 0; i < group; i++) {
            int channel = o / outputsOfGroup * group + i;
            int base = (n * from.channels() + channel) * plane(from);
            for (int ky = 0; ky < kernel; ky++) {
              for (int kx = 0; kx < kernel; kx++) {
                float weight = weights[((o * group + i) * kernel + ky) * kernel + kx];
                add(in, base, weight, sums, rows, ky, columns, kx);
              }
            }
          }
          System.arraycopy(sums, 0, out, (n * to.channels() + o) * sums.length, sums.length);
        }
      }
      return out;
    }

    /** Adds one tap's products to a plane. */
    private static void add(
        float[] in,
        int base,
        float weight,
        float[] sums,
        Windows rows,
        int ky,
        Windows columns,
        int kx) {
      int first = columns.first(kx);
      int end = columns.end(kx);
      int stride = columns.stride();
      if (stride == 1 && first == 0 && end == columns.outputs() && end == columns.inputs()) {
        // Rows without a gap are one: most products are of taps that are 1 x 1.
        int start = base + rows.position(rows.first(ky), ky) * end;
        int to = rows.first(ky) * end;
        int length = (rows.end(ky) - rows.first(ky)) * end;
        for (int x = 0; x < length; x++) {
          sums[to + x] += weight * in[start + x];
        }
        return;
      }
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
    public float[] elementwise(Node.Elementwise node) {
      float[] in = map(node.input());
      float[] out = new float[in.length];
      for (int i = 0; i < in.length; i++) {
        out[i] = node.function().apply(in[i]);
      }
      return out;
    }

    @Override
    public float[] add(Node.Add node) {
      float[] left = map(node.left());
      float[] right = map(node.right());
      float[] out = new float[left.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = left[i] + right[i];
      }
      return out;
    }

    @Override
    public float[] scale(Node.Scale node) {
      float[] in = map(node.input());
      float[] scale = map(node.scale());
      float[] out = new float[in.length];
      int plane = plane(node.input().shape());
      for (int i = 0; i < out.length; i++) {
        out[i] = in[i] * scale[i / plane];
      }
      return out;
    }

    @Override
    public float[] pool(Node.Pool node) {
      float[] in = map(node.input());
      float[] out = made(node.output());
      TensorShape from = node.input().shape();
      TensorShape to = node.output().shape();
      Windows rows = Windows.rows(from, to, node.stride(), node.padding());
      Windows columns = Windows.columns(from, to, node.stride(), node.padding());
      int next = 0;
      for (int c = 0; c < count * from.channels(); c++) {
        for (int y = 0; y < to.height(); y++) {
          for (int x = 0; x < to.width(); x++) {
            float sum = 0;
            float most = Float.NEGATIVE_INFINITY;
            int inside = 0;
            for (int ky = 0; ky < node.kernel(); ky++) {
              int row = rows.position(y, ky);
              for (int kx = 0; kx < node.kernel(); kx++) {
                int column = columns.position(x, kx);
                if (row >= 0 && row < from.height() && column >= 0 && column < from.width()) {
                  float value = in[c * plane(from) + row * from.width() + column];
                  sum += value;
                  most = Math.max(most, value);
                  inside++;
                }
              }
            }
            out[next++] = node.kind() == Node.Pool.Kind.MAX ? most : sum / inside;
          }
        }
      }
      return out;
    }

    @Override
    public float[] globalAveragePool(Node.GlobalAveragePool node) {
      float[] in = map(node.input());
      float[] out = made(node.output());
      int plane = plane(node.input().shape());
      for (int c = 0; c < out.length; c++) {
        float sum = 0;
        for (int i = c * plane; i < (c + 1) * plane; i++) {
          sum += in[i];
        }
        out[c] = sum / plane;
      }
      return out;
    }

    @Override
    public float[] linear(Node.Linear node) {
      float[] in = map(node.input());
      float[] out = made(node.output());
      WeightTensor weight = node.weight();
      float[] weights = weight.values();
      int inputs = weight.size(1);
      int outputs = weight.size(0);
      for (int n = 0; n < count; n++) {
        for (int o = 0; o < outputs; o++) {
          float sum = node.bias().value(o);
          for (int i = 0; i < inputs; i++) {
            sum += weights[o * inputs + i] * in[n * inputs + i];
          }
          out[n * outputs + o] = sum;
        }
      }
      return out;
    }
  }
}
