package dev.espalier.graph;

import dev.espalier.network.WeightTensor;
import dev.espalier.operator.TensorShape;
import java.util.List;

/** One operator of a {@link Graph}. Shapes are checked where they are made. */
public sealed interface Node {
  /** Has one answer for every kind of node; an emitter is one. */
  interface Visitor<R> {
    R convolution(Convolution node);

    R elementwise(Elementwise node);

    R add(Add node);

    R scale(Scale node);

    R pool(Pool node);

    R globalAveragePool(GlobalAveragePool node);

    R linear(Linear node);
  }

  /** The visitor's answer for this kind. */
  <R> R accept(Visitor<R> visitor);

  /** What it makes. */
  Tensor output();

  /** What it takes, in order. */
  List<Tensor> inputs();

  /** Multiply-accumulates for one image; element-wise work and pooling count nothing. */
  default long macs() {
    return 0;
  }

  /** Weights and biases. */
  default long parameters() {
    return 0;
  }

  /**
   * A feature map.
   *
   * @param name unique within its graph
   * @param shape of one image's; vectors have one row and one column
   */
  record Tensor(String name, TensorShape shape) {}

  /**
   * A convolution padded by half its kernel on every side, plus bias.
   *
   * @param weight {@code (out, in / groups, k, k)}
   * @param bias {@code (out)}
   * @param groups 1, or the number of channels for a depthwise convolution
   */
  record Convolution(
      Tensor input, Tensor output, WeightTensor weight, WeightTensor bias, int stride, int groups)
      implements Node {
    public Convolution {
      int channels = input.shape().channels();
      int outputs = output.shape().channels();
      require(
          output,
          weight.shape().length == 4
              && weight.size(0) == outputs
              && weight.size(1) * groups == channels
              && weight.size(2) == weight.size(3)
              && weight.size(2) % 2 == 1
              && outputs % groups == 0
              && bias.length() == outputs
              && input.shape().convolved(stride, outputs).equals(output.shape()),
          "a convolution of %s by %s, bias %s, stride %d, groups %d, does not give %s"
              .formatted(input.shape(), weight, bias, stride, groups, output.shape()));
    }

    /** Side of the kernel. */
    public int kernel() {
      return weight.size(2);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.convolution(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }

    @Override
    public long macs() {
      return (long) output.shape().height() * output.shape().width() * weight.length();
    }

    @Override
    public long parameters() {
      return (long) weight.length() + bias.length();
    }
  }

  /** An element-wise function. */
  record Elementwise(Tensor input, Tensor output, Function function) implements Node {
    /** The functions. */
    public enum Function {
      RELU,
      /** {@code min(max(x, 0), 6)}. */
      RELU6,
      /** {@code relu6(x + 3) / 6}. */
      HARD_SIGMOID,
      /** {@code x · relu6(x + 3) / 6}. */
      HARD_SWISH;

      /** The function of one value; NaN stays NaN. */
      public float apply(float x) {
        return switch (this) {
          case RELU -> Math.max(x, 0);
          case RELU6 -> Math.min(Math.max(x, 0), 6);
          case HARD_SIGMOID -> Math.min(Math.max(x + 3, 0), 6) / 6;
          case HARD_SWISH -> x * (Math.min(Math.max(x + 3, 0), 6) / 6);
        };
      }
    }

    public Elementwise {
      require(
          output,
          input.shape().equals(output.shape()),
          "%s of %s does not give %s".formatted(function, input.shape(), output.shape()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.elementwise(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /** The sum of two equal shapes. */
  record Add(Tensor left, Tensor right, Tensor output) implements Node {
    public Add {
      require(
          output,
          left.shape().equals(output.shape()) && right.shape().equals(output.shape()),
          "%s plus %s does not give %s".formatted(left.shape(), right.shape(), output.shape()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.add(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(left, right);
    }
  }

  /**
   * The product of a feature map with one value a channel.
   *
   * @param scale of one row and one column
   */
  record Scale(Tensor input, Tensor scale, Tensor output) implements Node {
    public Scale {
      require(
          output,
          input.shape().equals(output.shape())
              && scale.shape().equals(new TensorShape(1, 1, input.shape().channels())),
          "%s scaled by %s does not give %s"
              .formatted(input.shape(), scale.shape(), output.shape()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.scale(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input, scale);
    }
  }

  /** One value a window and channel. */
  record Pool(Tensor input, Tensor output, Kind kind, int kernel, int stride) implements Node {
    /** What a window gives. */
    public enum Kind {
      /** Its largest value; windows are padded by half the kernel. */
      MAX,
      /**
       * Its average. Windows of the stride's side are not padded, and those that the border cuts
       * count what is inside; others are padded by half the kernel, which the average leaves out.
       */
      AVERAGE;

      /** Rows and columns that windows reach over each border. */
      int padding(int kernel, int stride) {
        return this == AVERAGE && kernel == stride ? 0 : kernel / 2;
      }
    }

    public Pool {
      require(
          output,
          kernel >= 1
              && (kernel % 2 == 1 || kind == Kind.AVERAGE && kernel == stride)
              && input.shape().convolved(stride, input.shape().channels()).equals(output.shape()),
          "%s pooling of %s, kernel %d, stride %d, does not give %s"
              .formatted(kind, input.shape(), kernel, stride, output.shape()));
    }

    /** Rows and columns that windows reach over each border. */
    public int padding() {
      return kind.padding(kernel, stride);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pool(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /** The average over all positions. */
  record GlobalAveragePool(Tensor input, Tensor output) implements Node {
    public GlobalAveragePool {
      require(
          output,
          output.shape().equals(new TensorShape(1, 1, input.shape().channels())),
          "the average of %s does not give %s".formatted(input.shape(), output.shape()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.globalAveragePool(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /**
   * A linear layer with bias over a feature map of one row and one column.
   *
   * @param weight {@code (out, in)}
   * @param bias {@code (out)}
   */
  record Linear(Tensor input, Tensor output, WeightTensor weight, WeightTensor bias)
      implements Node {
    public Linear {
      require(
          output,
          weight.shape().length == 2
              && input.shape().equals(new TensorShape(1, 1, weight.size(1)))
              && output.shape().equals(new TensorShape(1, 1, weight.size(0)))
              && bias.length() == weight.size(0),
          "a linear layer of %s by %s, bias %s, does not give %s"
              .formatted(input.shape(), weight, bias, output.shape()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.linear(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }

    @Override
    public long macs() {
      return weight.length();
    }

    @Override
    public long parameters() {
      return (long) weight.length() + bias.length();
    }
  }

  private static void require(Tensor output, boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("node " + output.name() + ": " + problem);
    }
  }
}
