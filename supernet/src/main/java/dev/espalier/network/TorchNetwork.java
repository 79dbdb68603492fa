package dev.espalier.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.espalier.network.BatchNormStatistics.Moments;
import dev.espalier.space.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * An elastic network in DJL PyTorch on the CPU.
 *
 * <p>Feature maps lie channels last in memory, which torch's CPU convolutions run about twice as
 * fast as channels first; the logical layout stays {@code (n, c, h, w)}. Every temporary lives in a
 * manager of its own call. Not thread-safe: one network a thread, and one torch thread each ({@code
 * ai.djl.pytorch.num_threads=1}).
 */
public final class TorchNetwork implements AutoCloseable {
  /** Products round differently on memory that is aligned differently; torch's own is like this. */
  private static final int ALIGNMENT = 64;

  private final ElasticNetwork network;
  private final float epsilon;
  private final NDManager manager;
  private final SortedMap<String, NDArray> parameters = new TreeMap<>();
  private final SortedMap<String, FloatBuffer> memory = new TreeMap<>();

  // Also because DJL's own arithmetic with a number keeps the number in a buffer that the garbage
  // collector may take between the forward and the backward pass, whose gradients then are wrong.
  private final TorchScriptFunction hardSwish;
  private final TorchScriptFunction hardSigmoid;
  private final TorchScriptFunction relu6;
  private final TorchScriptFunction globalMean;

  /**
   * Copies weights into torch; running statistics are not taken, since every subnet has its own.
   */
  public TorchNetwork(ElasticNetwork network, Weights weights) {
    this.network = network;
    this.epsilon = network.batchNormEpsilon();
    this.manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    this.hardSwish = new TorchScriptFunction(manager, "torch.hardswish(x)");
    this.hardSigmoid = new TorchScriptFunction(manager, "torch.hardsigmoid(x)");
    this.relu6 = new TorchScriptFunction(manager, "torch.clamp(x, 0., 6.)");
    this.globalMean = new TorchScriptFunction(manager, "torch.mean(x, [2, 3], True)");
    NetworkParameters.shapesOf(network)
        .forEach(
            (name, shape) -> {
              if (!NetworkParameters.isStatistic(name)) {
                long[] dimensions = Arrays.stream(shape).asLongStream().toArray();
                float[] values = weights.tensor(name).values();
                ByteBuffer bytes =
                    ByteBuffer.allocateDirect(values.length * Float.BYTES + 2 * ALIGNMENT)
                        .alignedSlice(ALIGNMENT)
                        .limit(values.length * Float.BYTES)
                        .slice()
                        .order(ByteOrder.nativeOrder());
                memory.put(name, bytes.asFloatBuffer().put(values));
                NDArray array = manager.create(bytes, new Shape(dimensions), DataType.FLOAT32);
                array.setName(name);
                parameters.put(name, array);
              }
            });
  }

  /** The network this runs. */
  public ElasticNetwork network() {
    return network;
  }

  /** Records gradients from now on. */
  public void requireGradients() {
    parameters.values().forEach(p -> p.setRequiresGradient(true));
  }

  /** Names of the trainable tensors, sorted. */
  public List<String> parameterNames() {
    return List.copyOf(parameters.keySet());
  }

  /**
   * Overwrites one tensor. Torch reads the very memory that is written here: DJL's own {@code set}
   * points the tensor at a temporary buffer that the garbage collector may take.
   */
  public void set(String name, float[] values, int offset, int length) {
    memory.get(name).put(0, values, offset, length);
  }

  /**
   * Computes the loss of one subnet on one batch and its gradients.
   *
   * @param images {@code (n, c, side, side)} flat
   * @param targets class probabilities {@code (n, classes)} flat
   * @param gradient receives each parameter's gradient; parameters the subnet does not use are left
   *     out
   * @return mean cross entropy against the targets
   */
  public float lossAndGradients(
      Architecture architecture,
      float[] images,
      int count,
      float[] targets,
      BiConsumer<String, float[]> gradient) {
    JniUtils.setGradMode(true); // torch keeps this per thread
    try (NDManager step = manager.newSubManager()) {
      Interpreter interpreter = new Interpreter(step, training());
      NDArray logits =
          network.forward(architecture, input(step, architecture, images, count), interpreter);
      float[] weights = new float[targets.length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = -targets[i] / count;
      }
      NDArray weight = step.create(weights, new Shape(count, network.classes()));
      NDArray loss = logits.logSoftmax(1).mul(weight).sum(new int[] {0, 1});
      JniUtils.backward((PtNDArray) loss, (PtNDArray) loss.onesLike(), false, false);
      for (String name : interpreter.used) {
        NDArray parameter = parameters.get(name);
        try (NDArray g = parameter.getGradient()) {
          gradient.accept(name, g.toFloatArray());
        }
        JniUtils.zeroGrad((PtNDArray) parameter);
      }
      return loss.getFloat();
    }
  }

  /**
   * Runs a re-calibrated subnet.
   *
   * @param images {@code (n, c, side, side)} flat, normalised
   * @return logits {@code (n, classes)} flat
   */
  public float[] logits(
      Architecture architecture, BatchNormStatistics statistics, float[] images, int count) {
    JniUtils.setGradMode(false);
    try (NDManager step = manager.newSubManager()) {
      return network
          .forward(
              architecture,
              input(step, architecture, images, count),
              new Interpreter(step, inference(step, statistics)))
          .toFloatArray();
    }
  }

  /**
   * Estimates a subnet's batch norm statistics from images: the mean over batches of each batch's
   * mean and unbiased variance (OFA, section 3.3; its reference implementation averages likewise).
   *
   * @param images {@code (n, c, side, side)} flat, normalised
   * @param batch images a pass; the last one may be smaller and counts by its share
   */
  public BatchNormStatistics calibrate(
      Architecture architecture, float[] images, int count, int batch) {
    if (count < 2 || batch < 2) {
      throw new IllegalArgumentException(
          "calibrating on " + count + " images, " + batch + " at a time: at least 2 are needed");
    }
    JniUtils.setGradMode(false);
    int imageSize = images.length / count;
    SortedMap<String, float[][]> sums = new TreeMap<>();
    int seen = 0;
    while (seen < count) {
      // A single left-over image has no variance: it joins the batch before it.
      int size = count - seen <= batch + 1 ? count - seen : batch;
      float share = (float) size / count;
      try (NDManager step = manager.newSubManager()) {
        float[] part = Arrays.copyOfRange(images, seen * imageSize, (seen + size) * imageSize);
        SortedMap<String, NDArray[]> recorded = new TreeMap<>();
        network.forward(
            architecture,
            input(step, architecture, part, size),
            new Interpreter(step, recording(step, recorded)));
        recorded.forEach(
            (name, moments) -> {
              for (int m = 0; m < 2; m++) {
                float[] values = moments[m].toFloatArray();
                float[] sum = sums.computeIfAbsent(name, n -> new float[2][values.length])[m];
                for (int i = 0; i < values.length; i++) {
                  sum[i] += share * values[i];
                }
              }
            });
      }
      seen += size;
    }
    SortedMap<String, Moments> layers = new TreeMap<>();
    sums.forEach(
        (name, sum) ->
            layers.put(
                name,
                new Moments(
                    new WeightTensor(new int[] {sum[0].length}, sum[0]),
                    new WeightTensor(new int[] {sum[1].length}, sum[1]))));
    return new BatchNormStatistics(layers);
  }

  private NDArray input(NDManager step, Architecture architecture, float[] images, int count) {
    ElasticNetwork.InputShape shape = network.input(architecture);
    int side = shape.side();
    if (images.length != count * shape.channels() * side * side) {
      throw new IllegalArgumentException(
          "%d images of %d channels and side %d are %d values, not %d"
              .formatted(
                  count,
                  shape.channels(),
                  side,
                  count * shape.channels() * side * side,
                  images.length));
    }
    if (shape.channels() == 1) {
      return step.create(FloatBuffer.wrap(images), new Shape(count, side, side, 1))
          .transpose(0, 3, 1, 2);
    }
    int area = side * side;
    float[] last = new float[images.length];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < shape.channels(); c++) {
        for (int p = 0; p < area; p++) {
          last[(n * area + p) * shape.channels() + c] =
              images[(n * shape.channels() + c) * area + p];
        }
      }
    }
    return step.create(FloatBuffer.wrap(last), new Shape(count, side, side, shape.channels()))
        .transpose(0, 3, 1, 2);
  }

  /**
   * Applies a batch norm's normalisation: by the batch, by given statistics, or while recording.
   */
  @FunctionalInterface
  private interface Normalization {
    NDArray apply(NDArray x, String prefix, NDArray scale, NDArray shift);
  }

  private Normalization training() {
    return (x, prefix, scale, shift) ->
        BatchNorm.batchNorm(
                x, scale.zerosLike(), scale.onesLike(), scale, shift, 1, 1f, epsilon, true)
            .get(0);
  }

  private Normalization inference(NDManager step, BatchNormStatistics statistics) {
    return (x, prefix, scale, shift) -> {
      Moments moments = statistics.layer(prefix);
      return BatchNorm.batchNorm(
              x,
              step.create(moments.mean().values()),
              step.create(moments.variance().values()),
              scale,
              shift,
              1,
              1f,
              epsilon,
              false)
          .get(0);
    };
  }

  private Normalization recording(NDManager step, SortedMap<String, NDArray[]> recorded) {
    return (x, prefix, scale, shift) -> {
      NDArray mean = step.zeros(scale.getShape());
      NDArray variance = step.zeros(scale.getShape());
      recorded.put(prefix, new NDArray[] {mean, variance});
      // DJL's momentum is the share of the old value: 0 leaves exactly this batch's moments.
      return BatchNorm.batchNorm(x, mean, variance, scale, shift, 1, 0f, epsilon, true).get(0);
    };
  }

  /** Runs layers on the elastic weights. Slices live in the step's manager, not the weights'. */
  private final class Interpreter implements ElasticLayers<NDArray> {
    private final NDManager step;
    private final Normalization normalization;
    private final SortedSet<String> used = new TreeSet<>();

    Interpreter(NDManager step, Normalization normalization) {
      this.step = step;
      this.normalization = normalization;
    }

    @Override
    public NDArray convolution(NDArray input, Convolution layer) {
      NDArray weight = first(layer.weight(), layer.outputChannels(), layer.inputChannels());
      NDArray y = convolve(input, weight, null, layer.kernel(), layer.stride(), 1);
      return activation(
          batchNorm(y, layer.batchNorm(), layer.outputChannels()), layer.activation());
    }

    @Override
    public NDArray depthwise(NDArray input, Depthwise layer) {
      NDArray weight = kernel(layer);
      NDArray y = convolve(input, weight, null, layer.kernel(), layer.stride(), layer.channels());
      return activation(batchNorm(y, layer.batchNorm(), layer.channels()), layer.activation());
    }

    private NDArray kernel(Depthwise layer) {
      int channels = layer.channels();
      NDArray weight = first(layer.weight(), channels);
      for (int i = layer.kernels().size() - 1; layer.kernels().get(i) > layer.kernel(); i--) {
        int larger = layer.kernels().get(i);
        int smaller = layer.kernels().get(i - 1);
        int border = (larger - smaller) / 2;
        NDArray centre =
            weight
                .get(
                    step,
                    new NDIndex()
                        .addAllDim()
                        .addAllDim()
                        .addSliceDim(border, border + smaller)
                        .addSliceDim(border, border + smaller))
                .reshape(channels, smaller * smaller);
        NDArray matrix = parameter(layer.transform(larger, smaller));
        NDArray transposed = matrix.transpose();
        transposed.attach(step);
        weight = centre.matMul(transposed).reshape(channels, 1, smaller, smaller);
      }
      return weight;
    }

    @Override
    public NDArray squeezeExcitation(NDArray input, SqueezeExcitation layer) {
      int channels = layer.channels();
      int squeezed = layer.squeezeChannels();
      NDArray s = globalPool(input);
      s =
          convolve(
              s,
              first(layer.reduce() + ".weight", squeezed, channels),
              first(layer.reduce() + ".bias", squeezed),
              1,
              1,
              1);
      s = Activation.relu(s);
      s =
          convolve(
              s,
              first(layer.expand() + ".weight", channels, squeezed),
              first(layer.expand() + ".bias", channels),
              1,
              1,
              1);
      return input.mul(hardSigmoid.apply(s));
    }

    @Override
    public NDArray maxPool(NDArray input, int kernel, int stride) {
      return Pool.maxPool2d(
          input,
          new Shape(kernel, kernel),
          new Shape(stride, stride),
          new Shape(kernel / 2, kernel / 2),
          false);
    }

    @Override
    public NDArray averagePool(NDArray input, int stride) {
      return stride == 1
          ? input
          : Pool.avgPool2d(
              input,
              new Shape(stride, stride),
              new Shape(stride, stride),
              new Shape(0, 0),
              true,
              false);
    }

    @Override
    public NDArray add(NDArray left, NDArray right) {
      return left.add(right);
    }

    @Override
    public NDArray globalPool(NDArray input) {
      return globalMean.apply(input);
    }

    @Override
    public NDArray linear(NDArray input, Linear layer) {
      NDArray weight =
          first(layer.name() + ".weight", layer.outputFeatures(), layer.inputFeatures());
      NDArray transposed = weight.transpose();
      transposed.attach(step);
      return input
          .reshape(input.getShape().get(0), layer.inputFeatures())
          .matMul(transposed)
          .add(first(layer.name() + ".bias", layer.outputFeatures()));
    }

    private NDArray batchNorm(NDArray x, String prefix, int channels) {
      return prefix.equals(NO_BATCH_NORM)
          ? x
          : normalization.apply(
              x, prefix, first(prefix + ".weight", channels), first(prefix + ".bias", channels));
    }

    @Override
    public NDArray activation(NDArray x, dev.espalier.operator.Activation activation) {
      return switch (activation) {
        case NONE -> x;
        case RELU -> Activation.relu(x);
        case RELU6 -> relu6.apply(x);
        case H_SWISH -> hardSwish.apply(x);
      };
    }

    private NDArray convolve(
        NDArray x, NDArray weight, NDArray bias, int kernel, int stride, int groups) {
      if (kernel == 1 && stride == 1 && groups == 1) {
        return pointwise(x, weight, bias);
      }
      return Conv2d.conv2d(
              x,
              weight,
              bias,
              new Shape(stride, stride),
              new Shape(kernel / 2, kernel / 2),
              new Shape(1, 1),
              groups)
          .get(0);
    }

    /**
     * A 1×1 convolution as a matrix product over channels. Not torch's convolution: with channels
     * last that of PyTorch 2.7.1 (oneDNN) computes wrong values on processors with AVX-512 for some
     * numbers of output channels, 40 and 72 among them.
     */
    private NDArray pointwise(NDArray x, NDArray weight, NDArray bias) {
      NDArray matrix = weight.reshape(weight.getShape().get(0), weight.getShape().get(1));
      matrix.attach(step);
      NDArray last = x.transpose(0, 2, 3, 1);
      last.attach(step);
      return ai.djl.nn.core.Linear.linear(last, matrix, bias).get(0).transpose(0, 3, 1, 2);
    }

    private NDArray parameter(String name) {
      used.add(name);
      return parameters.get(name);
    }

    /** The first entries of a parameter's leading dimensions; the parameter itself if all of it. */
    private NDArray first(String name, int... sizes) {
      NDArray parameter = parameter(name);
      NDIndex index = new NDIndex();
      boolean whole = true;
      for (int i = 0; i < sizes.length; i++) {
        whole &= sizes[i] == parameter.getShape().get(i);
        index.addSliceDim(0, sizes[i]);
      }
      return whole ? parameter : parameter.get(step, index);
    }
  }

  /** Frees all native memory. */
  @Override
  public void close() {
    manager.close();
  }
}
