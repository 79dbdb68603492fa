package dev.espalier.training;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import dev.espalier.training.TrainingRandom.Stream;
import dev.espalier.training.TrainingWorker.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a supernet; see the package for the method.
 *
 * <p>One step: some subnets are drawn, each computes its gradient on its own images; the gradients
 * are summed in the order of drawing, divided by the number of subnets, clipped, and applied by
 * {@link AdamW}. Before a phase that lowers the least expansion, channels are sorted by importance.
 */
public final class ProgressiveShrinking {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressiveShrinking.class);
  private static final int PROBE_IMAGES = 2000;

  private final ElasticNetwork network;
  private final TrainingConfig config;
  private final ImageSet training;
  private final ImageSet validation;
  private final Preprocessing preprocessing;
  private final FlatParameters parameters;
  private final AdamW optimizer;
  private final Optional<Architecture> only;
  private final TrainingRandom random;

  /**
   * A trained network.
   *
   * @param weights with the running statistics of the largest subnet
   * @param preprocessing fitted on the training images
   * @param record one entry an epoch
   */
  public record Result(Weights weights, Preprocessing preprocessing, List<EpochRecord> record) {
    public Result {
      record = List.copyOf(record);
    }
  }

  /**
   * A training of all subnets.
   *
   * @param training images that train
   * @param validation images on which epochs are reported; they train nothing
   */
  public ProgressiveShrinking(
      ElasticNetwork network, TrainingConfig config, ImageSet training, ImageSet validation) {
    this(network, config, training, validation, Optional.empty());
  }

  private ProgressiveShrinking(
      ElasticNetwork network,
      TrainingConfig config,
      ImageSet training,
      ImageSet validation,
      Optional<Architecture> only) {
    this.network = network;
    this.config = config;
    this.training = training;
    this.validation = validation;
    this.preprocessing = Preprocessing.fittedOn(training);
    this.parameters = new FlatParameters(network);
    this.optimizer = new AdamW(parameters, config.weightDecay());
    this.only = only;
    this.random = new TrainingRandom(config.seed());
    if (training.count() < config.batch() * config.subnets()) {
      throw new IllegalArgumentException(
          "%d training images do not fill one step of %d subnets with %d images each"
              .formatted(training.count(), config.subnets(), config.batch()));
    }
    for (int phase = 0; phase < config.phases().size(); phase++) {
      sampler(phase); // reports wrong kinds and options before hours of work
    }
  }

  /** A training of one architecture alone, for comparison with what the supernet hands down. */
  public static ProgressiveShrinking alone(
      ElasticNetwork network,
      TrainingConfig config,
      ImageSet training,
      ImageSet validation,
      Architecture architecture) {
    return new ProgressiveShrinking(
        network, config, training, validation, Optional.of(architecture));
  }

  /**
   * Trains to the end, resuming from the checkpoint if there is one.
   *
   * @param checkpoint a file, replaced after every epoch
   * @param configDigest identifies configuration and data; a checkpoint of another is refused
   * @throws TrainingException if the checkpoint cannot be used or the loss is no longer a number
   */
  public Result run(
      Path checkpoint,
      String configDigest,
      Configuration configuration,
      TrainingListener listener) {
    TrainingState state = start(checkpoint, configDigest, configuration);
    try (TrainingThreads threads =
        new TrainingThreads(
            config.threads(),
            config.subnets(),
            parameters,
            network.space(),
            () ->
                new TrainingWorker(
                    network, parameters, training, preprocessing, config, state.weights))) {
      while (state.epochsDone < config.epochs()) {
        epoch(state, threads, listener);
        state.save(checkpoint, configuration);
        listener.epoch(state.record.get(state.record.size() - 1));
      }
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write the checkpoint %s (%s): free space or choose another folder; training resumes from the last one"
              .formatted(checkpoint, e.getMessage()),
          e);
    }
    return new Result(withStatistics(state.weights), preprocessing, state.record);
  }

  private TrainingState start(Path checkpoint, String digest, Configuration configuration) {
    try {
      if (checkpoint.getFileSystem(configuration).exists(checkpoint)) {
        TrainingState state = TrainingState.load(checkpoint, digest, configuration);
        LOG.info("resuming after epoch {} of {}", state.epochsDone, config.epochs());
        return state;
      }
    } catch (IOException e) {
      throw new TrainingException(checkpoint + " cannot be reached: " + e.getMessage(), e);
    }
    LOG.info("training {} with seed {}", config.name(), config.seed());
    return new TrainingState(digest, parameters.initialize(random.of(Stream.WEIGHTS, 0)));
  }

  private void epoch(TrainingState state, TrainingThreads threads, TrainingListener listener) {
    long begin = System.nanoTime();
    int phaseIndex = phaseOf(state.epochsDone);
    TrainingConfig.Phase phase = config.phases().get(phaseIndex);
    int firstEpoch =
        config.phases().subList(0, phaseIndex).stream().mapToInt(p -> p.epochs()).sum();
    SubnetSampler sampler = sampler(phaseIndex);
    int perStep = config.batch() * config.subnets();
    int stepsPerEpoch = training.count() / perStep;
    if (state.epochsDone == firstEpoch && phaseIndex > 0) {
      beginPhase(state, phaseIndex, threads);
    }
    int[] order = permutation(training.count(), random.of(Stream.ORDER, state.epochsDone));
    double lossSum = 0;
    double rate = 0;
    for (int step = 0; step < stepsPerEpoch; step++) {
      int phaseStep = (state.epochsDone - firstEpoch) * stepsPerEpoch + step;
      rate = rate(phase, phaseStep, phase.epochs() * stepsPerEpoch);
      double loss =
          threads.gradients(
              state,
              state.softTargets.length > 0 ? phase.distillation() : 0,
              tasks(state.steps, sampler, order, step * perStep));
      double norm = threads.norm();
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        throw new TrainingException(
            "phase %s, epoch %d, step %d: loss %s, gradient norm %s (not finite in %s). Lower learningRate (%s) or raise warmUpSteps (%d) of this phase; the checkpoint of the epoch before is intact"
                .formatted(
                    phase.name(),
                    state.epochsDone + 1,
                    step,
                    loss,
                    norm,
                    threads.notFinite(),
                    phase.learningRate(),
                    phase.warmUpSteps()));
      }
      state.steps++;
      double scale = norm > config.clipNorm() ? config.clipNorm() / norm : 1;
      threads.apply(optimizer, state, scale, rate);
      lossSum += loss;
      double done = (state.epochsDone + (step + 1.0) / stepsPerEpoch) / config.epochs();
      listener.step(phase.name(), state.epochsDone + 1, done, loss);
    }
    state.epochsDone++;
    Architecture largest = only.orElse(sampler.largest());
    double[] accuracy = probe(state.weights, List.of(largest, only.orElse(sampler.smallest())));
    state.record.add(
        new EpochRecord(
            phase.name(),
            state.epochsDone,
            lossSum / stepsPerEpoch,
            rate,
            accuracy[0],
            accuracy[1],
            (System.nanoTime() - begin) / 1e9));
  }

  /** The end of the first phase makes the teacher; lower expansions want sorted channels. */
  private void beginPhase(TrainingState state, int phaseIndex, TrainingThreads threads) {
    TrainingConfig.Phase phase = config.phases().get(phaseIndex);
    if (phaseIndex == 1 && only.isEmpty()) {
      state.softTargets = softTargets(state.weights, threads);
    }
    String before = config.phases().get(phaseIndex - 1).least().get("expansion");
    String now = phase.least().get("expansion");
    if (now != null && !now.equals(before)) {
      for (ElasticNetwork.SortableChannels channels : network.sortableChannels()) {
        double[] importance =
            parameters.l1(state.weights, channels.importance(), channels.importanceDimension());
        int[] sorted =
            IntStream.range(0, importance.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -importance[i]))
                .mapToInt(i -> i)
                .toArray();
        for (ElasticNetwork.SortableChannels.Use use : channels.uses()) {
          if (!NetworkParameters.isStatistic(use.tensor())) {
            parameters.reorder(state.weights, use.tensor(), use.dimension(), sorted);
            parameters.reorder(state.firstMoment, use.tensor(), use.dimension(), sorted);
            parameters.reorder(state.secondMoment, use.tensor(), use.dimension(), sorted);
          }
        }
      }
      LOG.info("phase {}: sorted expansion channels by importance", phase.name());
    }
  }

  /** Each thread runs the teacher on a part of the images, in whole passes. */
  private float[] softTargets(float[] weights, TrainingThreads threads) {
    float[] softTargets = new float[training.count() * network.classes()];
    int passes = (training.count() + Teacher.BATCH - 1) / Teacher.BATCH;
    threads.each(
        thread -> {
          int from = Teacher.BATCH * (passes * thread / threads.count());
          int to = Teacher.BATCH * (passes * (thread + 1) / threads.count());
          try (Teacher teacher =
              new Teacher(
                  network,
                  Weights.of(parameters.unflatten(weights)),
                  training,
                  preprocessing,
                  config)) {
            teacher.teach(from, Math.min(training.count(), to), random, softTargets);
          }
        });
    LOG.info("soft targets of {} images from the full network", training.count());
    return softTargets;
  }

  private List<Task> tasks(long step, SubnetSampler sampler, int[] order, int from) {
    List<Task> tasks = new ArrayList<>();
    for (int s = 0; s < config.subnets(); s++) {
      RandomGenerator own = random.of(Stream.SUBNET, s, step);
      Architecture subnet =
          only.orElseGet(() -> sampler.sample(random.of(Stream.RESOLUTION, step), own));
      int begin = from + s * config.batch();
      tasks.add(new Task(subnet, Arrays.copyOfRange(order, begin, begin + config.batch()), own));
    }
    return tasks;
  }

  private static double rate(TrainingConfig.Phase phase, int step, int steps) {
    if (step < phase.warmUpSteps()) {
      return phase.learningRate() * (step + 1) / phase.warmUpSteps();
    }
    double progress =
        (double) (step - phase.warmUpSteps()) / Math.max(1, steps - phase.warmUpSteps());
    return phase.learningRate() * 0.5 * (1 + Math.cos(Math.PI * progress));
  }

  private int phaseOf(int epochsDone) {
    int end = 0;
    for (int i = 0; i < config.phases().size(); i++) {
      end += config.phases().get(i).epochs();
      if (epochsDone < end) {
        return i;
      }
    }
    throw new IllegalStateException("all " + end + " epochs are done");
  }

  private SubnetSampler sampler(int phase) {
    return new SubnetSampler(
        network.space(),
        config.phases().get(phase).least(),
        config.largestShare(),
        config.smallestShare());
  }

  private static int[] permutation(int n, RandomGenerator random) {
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /** Accuracy on the first validation images, re-calibrated on the first training images. */
  private double[] probe(float[] weights, List<Architecture> architectures) {
    try (TorchNetwork torch =
        new TorchNetwork(network, Weights.of(parameters.unflatten(weights)))) {
      ImageSet images = validation.slice(0, Math.min(PROBE_IMAGES, validation.count()));
      double[] accuracy = new double[architectures.size()];
      for (int i = 0; i < accuracy.length; i++) {
        Architecture architecture = architectures.get(i);
        int side = network.input(architecture).side();
        BatchNormStatistics statistics = calibrate(torch, architecture);
        float[] logits =
            torch.logits(
                architecture, statistics, preprocessing.images(images, side), images.count());
        accuracy[i] = (double) images.countRight(logits, network.classes()) / images.count();
      }
      return accuracy;
    }
  }

  private BatchNormStatistics calibrate(TorchNetwork torch, Architecture architecture) {
    int n = Math.min(config.calibrationImages(), training.count());
    float[] images = preprocessing.images(training.slice(0, n), network.input(architecture).side());
    return torch.calibrate(architecture, images, n, Teacher.BATCH);
  }

  private Weights withStatistics(float[] weights) {
    SortedMap<String, WeightTensor> tensors = parameters.unflatten(weights);
    try (TorchNetwork torch = new TorchNetwork(network, Weights.of(tensors))) {
      for (Map.Entry<String, BatchNormStatistics.Moments> layer :
          calibrate(torch, network.space().largest()).layers().entrySet()) {
        tensors.put(layer.getKey() + ".running_mean", layer.getValue().mean());
        tensors.put(layer.getKey() + ".running_var", layer.getValue().variance());
      }
    }
    return Weights.of(tensors);
  }
}
