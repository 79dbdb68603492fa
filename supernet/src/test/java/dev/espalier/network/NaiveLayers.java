package dev.espalier.network;

import dev.espalier.network.BatchNormStatistics.Moments;
import dev.espalier.operator.Activation;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * One image through a network by nested loops in double precision, straight from the documentation
 * of {@link ElasticLayers}: nothing is folded, sliced beforehand or shared with the code under
 * test. Feature maps are {@code [c][y][x]}.
 */
public final class NaiveLayers implements ElasticLayers<double[][][]> {
  private final Weights weights;
  private final BatchNormStatistics statistics;
  private final double epsilon;

  /** With the weights of a supernet and the statistics of one subnet. */
  public NaiveLayers(Weights weights, BatchNormStatistics statistics, double epsilon) {
    this.weights = weights;
    this.statistics = statistics;
    this.epsilon = epsilon;
  }

  /** Shape {@code (c, h, w)}, flat, as a feature map. */
  public static double[][][] image(float[] values, int offset, int channels, int side) {
    double[][][] image = new double[channels][side][side];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          image[c][y][x] = values[offset + (c * side + y) * side + x];
        }
      }
    }
    return image;
  }

  private double at(String tensor, int... index) {
    WeightTensor t = weights.tensor(tensor);
    int flat = 0;
    for (int d = 0; d < index.length; d++) {
      flat = flat * t.size(d) + index[d];
    }
    return t.value(flat);
  }

  @Override
  public double[][][] convolution(double[][][] input, Convolution layer) {
    double[][][] output = new double[layer.outputChannels()][][];
    for (int o = 0; o < output.length; o++) {
      for (int i = 0; i < layer.inputChannels(); i++) {
        double[][] kernel = new double[layer.kernel()][layer.kernel()];
        for (int y = 0; y < kernel.length; y++) {
          for (int x = 0; x < kernel.length; x++) {
            kernel[y][x] = at(layer.weight(), o, i, y, x);
          }
        }
        output[o] = sum(output[o], correlate(input[i], kernel, layer.stride()));
      }
    }
    return finish(output, layer.batchNorm(), layer.activation());
  }

  @Override
  public double[][][] depthwise(double[][][] input, Depthwise layer) {
    double[][][] output = new double[layer.channels()][][];
    for (int c = 0; c < output.length; c++) {
      int side = layer.kernels().get(layer.kernels().size() - 1);
      double[][] kernel = new double[side][side];
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          kernel[y][x] = at(layer.weight(), c, 0, y, x);
        }
      }
      for (int k = layer.kernels().size() - 2; side > layer.kernel(); k--) {
        int smaller = layer.kernels().get(k);
        int margin = (side - smaller) / 2;
        double[][] transformed = new double[smaller][smaller];
        for (int y = 0; y < smaller; y++) {
          for (int x = 0; x < smaller; x++) {
            for (int v = 0; v < smaller; v++) {
              for (int u = 0; u < smaller; u++) {
                transformed[y][x] +=
                    at(layer.transform(side, smaller), y * smaller + x, v * smaller + u)
                        * kernel[margin + v][margin + u];
              }
            }
          }
        }
        kernel = transformed;
        side = smaller;
      }
      output[c] = correlate(input[c], kernel, layer.stride());
    }
    return finish(output, layer.batchNorm(), layer.activation());
  }

  @Override
  public double[][][] squeezeExcitation(double[][][] input, SqueezeExcitation layer) {
    double[][][] pooled = globalPool(input);
    double[] hidden = new double[layer.squeezeChannels()];
    for (int s = 0; s < hidden.length; s++) {
      hidden[s] = at(layer.reduce() + ".bias", s);
      for (int c = 0; c < layer.channels(); c++) {
        hidden[s] += at(layer.reduce() + ".weight", s, c) * pooled[c][0][0];
      }
      hidden[s] = Math.max(0, hidden[s]);
    }
    double[][][] output = new double[layer.channels()][][];
    for (int c = 0; c < output.length; c++) {
      double gate = at(layer.expand() + ".bias", c);
      for (int s = 0; s < hidden.length; s++) {
        gate += at(layer.expand() + ".weight", c, s) * hidden[s];
      }
      double scale = Math.min(6, Math.max(0, gate + 3)) / 6;
      output[c] = map(input[c], v -> v * scale);
    }
    return output;
  }

  @Override
  public double[][][] add(double[][][] left, double[][][] right) {
    double[][][] output = new double[left.length][][];
    for (int c = 0; c < left.length; c++) {
      output[c] = sum(left[c], right[c]);
    }
    return output;
  }

  @Override
  public double[][][] globalPool(double[][][] input) {
    double[][][] output = new double[input.length][1][1];
    for (int c = 0; c < input.length; c++) {
      for (double[] row : input[c]) {
        for (double v : row) {
          output[c][0][0] += v / (input[c].length * row.length);
        }
      }
    }
    return output;
  }

  @Override
  public double[][][] linear(double[][][] input, Linear layer) {
    double[][][] output = new double[layer.outputFeatures()][1][1];
    for (int o = 0; o < output.length; o++) {
      output[o][0][0] = at(layer.name() + ".bias", o);
      for (int i = 0; i < layer.inputFeatures(); i++) {
        output[o][0][0] += at(layer.name() + ".weight", o, i) * input[i][0][0];
      }
    }
    return output;
  }

  private double[][][] finish(double[][][] maps, String batchNorm, Activation activation) {
    for (int c = 0; c < maps.length; c++) {
      if (!batchNorm.equals(NO_BATCH_NORM)) {
        Moments moments = statistics.layer(batchNorm);
        double mean = moments.mean().value(c);
        double deviation = Math.sqrt(moments.variance().value(c) + epsilon);
        double gamma = at(batchNorm + ".weight", c);
        double beta = at(batchNorm + ".bias", c);
        maps[c] = map(maps[c], v -> (v - mean) / deviation * gamma + beta);
      }
    }
    return activation(maps, activation);
  }

  @Override
  public double[][][] activation(double[][][] input, Activation activation) {
    double[][][] output = new double[input.length][][];
    for (int c = 0; c < input.length; c++) {
      output[c] =
          switch (activation) {
            case NONE -> input[c];
            case RELU -> map(input[c], v -> Math.max(0, v));
            case RELU6 -> map(input[c], v -> Math.min(6, Math.max(0, v)));
            case H_SWISH -> map(input[c], v -> v * Math.min(6, Math.max(0, v + 3)) / 6);
          };
    }
    return output;
  }

  @Override
  public double[][][] maxPool(double[][][] input, int kernel, int stride) {
    return pool(input, kernel, stride, kernel / 2, values -> values.max().orElseThrow());
  }

  @Override
  public double[][][] averagePool(double[][][] input, int stride) {
    return pool(input, stride, stride, 0, values -> values.average().orElseThrow());
  }

  private static double[][][] pool(
      double[][][] input,
      int kernel,
      int stride,
      int padding,
      ToDoubleFunction<DoubleStream> answer) {
    int side = input[0].length;
    int size = (side - 1) / stride + 1;
    double[][][] output = new double[input.length][size][size];
    for (int c = 0; c < input.length; c++) {
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          DoubleStream.Builder window = DoubleStream.builder();
          for (int v = Math.max(0, y * stride - padding);
              v < Math.min(side, y * stride - padding + kernel);
              v++) {
            for (int u = Math.max(0, x * stride - padding);
                u < Math.min(side, x * stride - padding + kernel);
                u++) {
              window.add(input[c][v][u]);
            }
          }
          output[c][y][x] = answer.applyAsDouble(window.build());
        }
      }
    }
    return output;
  }

  private static double[][] correlate(double[][] input, double[][] kernel, int stride) {
    int size = (input.length - 1) / stride + 1;
    int padding = kernel.length / 2;
    double[][] output = new double[size][size];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int v = 0; v < kernel.length; v++) {
          for (int u = 0; u < kernel.length; u++) {
            int row = y * stride + v - padding;
            int column = x * stride + u - padding;
            if (row >= 0 && row < input.length && column >= 0 && column < input.length) {
              output[y][x] += kernel[v][u] * input[row][column];
            }
          }
        }
      }
    }
    return output;
  }

  private static double[][] sum(double[][] left, double[][] right) {
    if (left == null) {
      return right;
    }
    double[][] output = new double[left.length][left.length];
    for (int y = 0; y < left.length; y++) {
      for (int x = 0; x < left.length; x++) {
        output[y][x] = left[y][x] + right[y][x];
      }
    }
    return output;
  }

  private static double[][] map(double[][] input, DoubleUnaryOperator f) {
    double[][] output = new double[input.length][];
    for (int y = 0; y < input.length; y++) {
      output[y] = Arrays.stream(input[y]).map(f).toArray();
    }
    return output;
  }
}
