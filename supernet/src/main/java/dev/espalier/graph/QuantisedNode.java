package dev.espalier.graph;

import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.operator.TensorShape;
import java.util.List;

/**
 * One operator of a {@link QuantisedGraph}. ReLU and ReLU6 are no operators of their own where a
 * sum of products or of two feature maps comes before: they are its saturation.
 */
public sealed interface QuantisedNode {
  /** Has one answer for every kind of node; an emitter is one. */
  interface Visitor<R> {
    R convolution(Convolution node);

    R table(Table node);

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

  /** Multiply-accumulates for one image, as {@link Node#macs} counts them. */
  default long macs() {
    return 0;
  }

  /** Bytes of weights and biases; of scales, multipliers and tables none. */
  default long weightBytes() {
    return 0;
  }

  /**
   * A feature map of 8-bit integers.
   *
   * @param name of the tensor of the float graph that it stands for
   * @param shape of one image's
   * @param quantisation what its integers stand for
   */
  record Tensor(String name, TensorShape shape, Quantisation quantisation) {}

  /**
   * A convolution padded by half its kernel on every side with the input's zero point: {@code sum =
   * bias + Σ weight · (input - inputZeroPoint)}, then the scaling.
   *
   * @param weights {@code (out, in / groups, k, k)}
   * @param scaling one multiplier an output channel
   * @param groups 1, or the number of channels for a depthwise convolution
   */
  record Convolution(
      Tensor input,
      Tensor output,
      QuantisedWeights weights,
      LayerScaling scaling,
      int stride,
      int groups)
      implements QuantisedNode {
    public Convolution {
      int outputs = output.shape().channels();
      require(
          output,
          weights.shape().length == 4
              && weights.channels() == outputs
              && weights.size(1) * groups == input.shape().channels()
              && weights.size(2) == weights.size(3)
              && weights.size(2) % 2 == 1
              && outputs % groups == 0
              && scaling.channels() == outputs
              && input.shape().convolved(stride, outputs).equals(output.shape()),
          "a convolution of %s by %s, stride %d, groups %d, does not give %s"
              .formatted(input.shape(), weights, stride, groups, output.shape()));
    }

    /** Side of the kernel. */
    public int kernel() {
      return weights.size(2);
    }

    /** Whether each channel is convolved by itself. */
    public boolean depthwise() {
      return groups == input.shape().channels() && groups == output.shape().channels();
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
      return (long) output.shape().height() * output.shape().width() * weights.length();
    }

    @Override
    public long weightBytes() {
      return weights.bytes();
    }
  }

  /**
   * An element-wise function by table.
   *
   * @param function that was tabulated
   */
  record Table(Tensor input, Tensor output, Function function, FunctionTable table)
      implements QuantisedNode {
    public Table {
      require(
          output,
          input.shape().equals(output.shape()),
          "%s of %s does not give %s".formatted(function, input.shape(), output.shape()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.table(this);
    }

    @Override
    public List<Tensor> inputs() {
      return List.of(input);
    }
  }

  /** The sum of two equal shapes. */
  record Add(Tensor left, Tensor right, Tensor output, SumScaling scaling)
      implements QuantisedNode {
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
   * The product of a feature map with one value a channel: {@code sum = (input - inputZeroPoint) ·
   * (scale - scaleZeroPoint)}, then the scaling.
   *
   * @param scale of one row and one column
   * @param scaling one multiplier for all channels
   */
  record Scale(Tensor input, Tensor scale, Tensor output, LayerScaling scaling)
      implements QuantisedNode {
    public Scale {
      require(
          output,
          input.shape().equals(output.shape())
              && scaling.channels() == 1
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

  /**
   * One value a window and channel; input and output have the same quantisation. An average over
   * {@code n} positions with sum {@code s} is {@code ⌊(2s + n) / 2n⌋}, rounded half up; positions
   * outside do not count.
   */
  record Pool(Tensor input, Tensor output, Node.Pool.Kind kind, int kernel, int stride)
      implements QuantisedNode {
    public Pool {
      require(
          output,
          input.quantisation().equals(output.quantisation())
              && input.shape().convolved(stride, input.shape().channels()).equals(output.shape()),
          "%s pooling of %s, kernel %d, stride %d, does not give %s"
              .formatted(kind, input, kernel, stride, output));
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

  /**
   * The average over all positions: {@code sum = Σ (input - inputZeroPoint)}, then the scaling,
   * whose factor holds the number of positions.
   *
   * @param scaling one multiplier for all channels
   */
  record GlobalAveragePool(Tensor input, Tensor output, LayerScaling scaling)
      implements QuantisedNode {
    public GlobalAveragePool {
      require(
          output,
          scaling.channels() == 1
              && output.shape().equals(new TensorShape(1, 1, input.shape().channels())),
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
   * A linear layer over a feature map of one row and one column: {@code sum = bias + Σ weight ·
   * (input - inputZeroPoint)}, then the scaling.
   *
   * @param weights {@code (out, in)}
   * @param scaling one multiplier an output
   */
  record Linear(Tensor input, Tensor output, QuantisedWeights weights, LayerScaling scaling)
      implements QuantisedNode {
    public Linear {
      require(
          output,
          weights.shape().length == 2
              && scaling.channels() == weights.channels()
              && input.shape().equals(new TensorShape(1, 1, weights.size(1)))
              && output.shape().equals(new TensorShape(1, 1, weights.size(0))),
          "a linear layer of %s by %s does not give %s"
              .formatted(input.shape(), weights, output.shape()));
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
      return weights.length();
    }

    @Override
    public long weightBytes() {
      return weights.bytes();
    }
  }

  private static void require(Tensor output, boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("node " + output.name() + ": " + problem);
    }
  }
}
