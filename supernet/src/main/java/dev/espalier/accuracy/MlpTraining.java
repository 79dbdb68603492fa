package dev.espalier.accuracy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.espalier.network.WeightTensor;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits {@link MlpAccuracyPredictor} in DJL PyTorch: mean squared error on standardised accuracies,
 * AdamW with a cosine, early stopping.
 *
 * <p>Each network of the ensemble keeps out its own random share of the measurements for
 * validation, and the weights of its best epoch are taken. The same measurements in the same order,
 * settings and random stream give the same predictor on the same machine with one torch thread.
 * Only one training can run in a JVM at a time, because DJL has one gradient collector.
 */
public final class MlpTraining {
  private static final Logger LOG = LoggerFactory.getLogger(MlpTraining.class);

  /** Fewest measurements that can be split into fitted and validated. */
  private static final int LEAST_MEASUREMENTS = 10;

  private final int hiddenLayers;
  private final int width;
  private final int members;
  private final int epochs;
  private final int patienceEpochs;
  private final int batch;
  private final float learningRate;
  private final float weightDecay;
  private final double validationShare;

  private MlpTraining(Builder b) {
    hiddenLayers = b.hiddenLayers;
    width = b.width;
    members = b.members;
    epochs = b.epochs;
    patienceEpochs = b.patienceEpochs;
    batch = b.batch;
    learningRate = b.learningRate;
    weightDecay = b.weightDecay;
    validationShare = b.validationShare;
  }

  /** Starts from settings that suit about a thousand measurements. */
  public static Builder builder() {
    return new Builder();
  }

  /** Settings of a training. */
  public static final class Builder {
    private int hiddenLayers = 3;
    private int width = 64;
    private int members = 4;
    private int epochs = 150;
    private int patienceEpochs = 30;
    private int batch = 32;
    private float learningRate = 2e-3f;
    private float weightDecay = 0.05f;
    private double validationShare = 0.1;

    private Builder() {}

    /** ReLU layers, at least 1. */
    public Builder hiddenLayers(int hiddenLayers) {
      this.hiddenLayers = hiddenLayers;
      return this;
    }

    /** Units of each hidden layer, at least 1. */
    public Builder width(int width) {
      this.width = width;
      return this;
    }

    /** Networks averaged, at least 1. */
    public Builder members(int members) {
      this.members = members;
      return this;
    }

    /** Most passes over the measurements, at least 1. */
    public Builder epochs(int epochs) {
      this.epochs = epochs;
      return this;
    }

    /** Epochs without a better validation error after which a network is finished, at least 1. */
    public Builder patienceEpochs(int patienceEpochs) {
      this.patienceEpochs = patienceEpochs;
      return this;
    }

    /** Measurements in a step, at least 1. */
    public Builder batch(int batch) {
      this.batch = batch;
      return this;
    }

    /** AdamW's largest learning rate, positive. */
    public Builder learningRate(float learningRate) {
      this.learningRate = learningRate;
      return this;
    }

    /** AdamW's weight decay, not negative. */
    public Builder weightDecay(float weightDecay) {
      this.weightDecay = weightDecay;
      return this;
    }

    /** Share of the measurements that each network keeps out, above 0 and at most a half. */
    public Builder validationShare(double validationShare) {
      this.validationShare = validationShare;
      return this;
    }

    /**
     * Makes the training.
     *
     * @throws IllegalArgumentException naming the settings that are out of range
     */
    public MlpTraining build() {
      List<String> wrong = new ArrayList<>();
      atLeastOne("hiddenLayers", hiddenLayers, wrong);
      atLeastOne("width", width, wrong);
      atLeastOne("members", members, wrong);
      atLeastOne("epochs", epochs, wrong);
      atLeastOne("patienceEpochs", patienceEpochs, wrong);
      atLeastOne("batch", batch, wrong);
      if (!(learningRate > 0)) {
        wrong.add("learningRate " + learningRate + " must be positive");
      }
      if (!(weightDecay >= 0)) {
        wrong.add("weightDecay " + weightDecay + " must not be negative");
      }
      if (!(validationShare > 0 && validationShare <= 0.5)) {
        wrong.add("validationShare " + validationShare + " must be above 0 and at most 0.5");
      }
      if (!wrong.isEmpty()) {
        throw new IllegalArgumentException("MLP training: " + String.join("; ", wrong));
      }
      return new MlpTraining(this);
    }

    private static void atLeastOne(String name, int value, List<String> wrong) {
      if (value < 1) {
        wrong.add(name + " " + value + " must be at least 1");
      }
    }
  }

  /**
   * Fits on some measurements and finds the error on others.
   *
   * @param split at least 10 to fit on, their accuracies not all equal; those kept out are used for
   *     the error only
   * @param random seeds initial weights, validation splits and batches
   * @throws IllegalArgumentException if there are too few measurements or all are equal
   */
  public MlpAccuracyPredictor fit(SearchSpace space, MeasuredSplit split, RandomGenerator random) {
    return fit(space, split, random, done -> {});
  }

  /**
   * Fits as {@link #fit(SearchSpace, MeasuredSplit, RandomGenerator)} does, and tells how far it
   * is.
   *
   * @param epochsDone hears how many of {@link #mostEpochs()} are done or, by early stopping, saved
   */
  public MlpAccuracyPredictor fit(
      SearchSpace space, MeasuredSplit split, RandomGenerator random, IntConsumer epochsDone) {
    List<? extends MeasuredAccuracy> fitting = split.fitting();
    if (fitting.size() < LEAST_MEASUREMENTS) {
      throw new IllegalArgumentException(
          "fitting an MLP on %d measurements: at least %d are needed"
              .formatted(fitting.size(), LEAST_MEASUREMENTS));
    }
    OneHotEncoding encoding = new OneHotEncoding(space);
    MlpEnsemble.TargetScale scale = scale(split.fittedAccuracies());
    float[][] inputs = new float[fitting.size()][];
    float[] targets = new float[fitting.size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = dense(encoding, fitting.get(i).architecture().toBytes());
      targets[i] = (float) ((fitting.get(i).accuracy() - scale.mean()) / scale.deviation());
    }
    List<DenseNetwork> networks = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      RandomGenerator own = RandomGeneratorFactory.of("L64X128MixRandom").create(random.nextLong());
      int before = m * epochs;
      networks.add(network(m, inputs, targets, own, done -> epochsDone.accept(before + done)));
      epochsDone.accept(before + epochs);
    }
    return split.judged(error -> new MlpAccuracyPredictor(space, networks, scale, error));
  }

  private static MlpEnsemble.TargetScale scale(double[] accuracies) {
    double mean = Arrays.stream(accuracies).average().orElseThrow();
    double variance =
        Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
    if (variance == 0) {
      throw new IllegalArgumentException(
          "all %d measured accuracies are %s: there is nothing to fit"
              .formatted(accuracies.length, mean));
    }
    return new MlpEnsemble.TargetScale(mean, Math.sqrt(variance));
  }

  private static float[] dense(OneHotEncoding encoding, byte[] code) {
    int[] ones = new int[encoding.decisions()];
    int count = encoding.encode(code, 0, ones);
    float[] row = new float[encoding.columns()];
    for (int i = 0; i < count; i++) {
      row[ones[i]] = 1;
    }
    return row;
  }

  /** Most epochs of all networks together. */
  public int mostEpochs() {
    return members * epochs;
  }

  private DenseNetwork network(
      int member,
      float[][] inputs,
      float[] targets,
      RandomGenerator random,
      IntConsumer epochsDone) {
    int[] order = new int[inputs.length];
    Arrays.setAll(order, i -> i);
    shuffle(order, order.length, random);
    int validated = Math.max(1, (int) Math.round(validationShare * order.length));
    int trained = order.length - validated;
    int steps = (trained + batch - 1) / batch;
    int columns = inputs[0].length;
    SequentialBlock block = new SequentialBlock();
    for (int l = 0; l < hiddenLayers; l++) {
      block.add(Linear.builder().setUnits(width).build()).add(Activation::relu);
    }
    block.add(Linear.builder().setUnits(1).build());
    block.setInitializer(
        (manager, shape, type) -> uniform(manager, shape, random), Parameter.Type.WEIGHT);
    block.setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
    Loss loss = Loss.l2Loss();
    Tracker cosine =
        Tracker.cosine()
            .setBaseValue(learningRate)
            .optFinalValue(learningRate / 100)
            .setMaxUpdates(epochs * steps)
            .build();
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(loss)
            .optDevices(new Device[] {Device.cpu()})
            .optOptimizer(
                Optimizer.adamW()
                    .optLearningRateTracker(cosine)
                    .optWeightDecays(weightDecay)
                    .build());
    try (Model model = Model.newInstance("accuracy-predictor", Device.cpu(), "PyTorch")) {
      model.setBlock(block);
      try (Trainer trainer = model.newTrainer(config);
          NDManager held = trainer.getManager().newSubManager()) {
        trainer.initialize(new Shape(1, columns));
        NDArray validationInputs = rows(held, inputs, order, trained, validated);
        NDArray validationTargets = values(held, targets, order, trained, validated);
        DenseNetwork best = null;
        double least = Double.POSITIVE_INFINITY;
        int bestEpoch = 0;
        for (int epoch = 1; epoch <= epochs && epoch - bestEpoch <= patienceEpochs; epoch++) {
          shuffle(order, trained, random);
          for (int start = 0; start < trained; start += batch) {
            int size = Math.min(batch, trained - start);
            try (NDManager step = trainer.getManager().newSubManager();
                GradientCollector gradients = Engine.getEngine("PyTorch").newGradientCollector()) {
              NDArray output =
                  trainer.forward(new NDList(rows(step, inputs, order, start, size))).head();
              gradients.backward(
                  loss.evaluate(
                      new NDList(values(step, targets, order, start, size)), new NDList(output)));
            }
            trainer.step();
          }
          double error;
          try (NDManager check = held.newSubManager()) {
            NDArray inputsHere = validationInputs.duplicate();
            inputsHere.attach(check);
            NDArray output = trainer.evaluate(new NDList(inputsHere)).head();
            error = output.sub(validationTargets).square().mean().getFloat();
          }
          if (error < least) {
            least = error;
            bestEpoch = epoch;
            best = exported(block);
          }
          epochsDone.accept(epoch);
        }
        if (best == null) {
          throw new IllegalStateException(
              "network %d of the accuracy predictor diverged: its validation error was never finite with learning rate %s"
                  .formatted(member, learningRate));
        }
        LOG.info(
            "accuracy predictor: network {} of {}, best at epoch {}, validation error {} of the deviation",
            member + 1,
            members,
            bestEpoch,
            Math.sqrt(least));
        return best;
      }
    }
  }

  private static NDArray rows(
      NDManager manager, float[][] inputs, int[] order, int start, int size) {
    int columns = inputs[0].length;
    float[] flat = new float[size * columns];
    for (int i = 0; i < size; i++) {
      System.arraycopy(inputs[order[start + i]], 0, flat, i * columns, columns);
    }
    return manager.create(flat, new Shape(size, columns));
  }

  private static NDArray values(
      NDManager manager, float[] targets, int[] order, int start, int size) {
    float[] flat = new float[size];
    for (int i = 0; i < size; i++) {
      flat[i] = targets[order[start + i]];
    }
    return manager.create(flat, new Shape(size, 1));
  }

  /** Uniform within one over the root of the inputs, as PyTorch does. */
  private static NDArray uniform(NDManager manager, Shape shape, RandomGenerator random) {
    double bound = Math.sqrt(1.0 / shape.get(1));
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return manager.create(values, shape);
  }

  private static DenseNetwork exported(SequentialBlock block) {
    List<WeightTensor> tensors = new ArrayList<>();
    for (Parameter parameter : block.getParameters().values()) {
      NDArray array = parameter.getArray();
      int[] shape = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
      tensors.add(new WeightTensor(shape, array.toFloatArray()));
    }
    List<DenseNetwork.Layer> layers = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i += 2) {
      layers.add(new DenseNetwork.Layer(tensors.get(i), tensors.get(i + 1)));
    }
    return new DenseNetwork(layers);
  }

  private static void shuffle(int[] order, int count, RandomGenerator random) {
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}
