package dev.espalier.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.dataset.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a supernet is trained.
 *
 * @param name of the supernet
 * @param space family and definition of the search space
 * @param data where the images are
 * @param seed of every random choice
 * @param threads that share the work; their number changes no result
 * @param subnets trained in each step, their gradients summed
 * @param batch images a subnet and step
 * @param augmentation random changes to training images
 * @param labelSmoothing share of the target spread over all classes, 0 to below 1
 * @param weightDecay decoupled, on convolution and linear weights only
 * @param clipNorm largest norm of the summed gradient, positive
 * @param calibrationImages training images that re-calibrate batch norm, at least 2
 * @param largestShare share of draws that are the largest subnet of the phase, 0 to 1
 * @param smallestShare share of draws that are the smallest subnet of the phase, 0 to 1
 * @param phases in order
 */
public record TrainingConfig(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) JsonNode space,
    @JsonProperty(required = true) Data data,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) int threads,
    @JsonProperty(required = true) int subnets,
    @JsonProperty(required = true) int batch,
    @JsonProperty(required = true) Preprocessing.Augmentation augmentation,
    @JsonProperty(required = true) double labelSmoothing,
    @JsonProperty(required = true) double weightDecay,
    @JsonProperty(required = true) double clipNorm,
    @JsonProperty(required = true) int calibrationImages,
    @JsonProperty(required = true) double largestShare,
    @JsonProperty(required = true) double smallestShare,
    @JsonProperty(required = true) List<Phase> phases) {

  /**
   * IDX files of images and labels.
   *
   * @param images training images, a Hadoop path
   * @param labels of those
   * @param trainingImages the first so many train; the rest drive prediction and search
   * @param testImages for final figures only
   * @param testLabels of those
   * @param classes names of the labels, in order
   */
  public record Data(
      @JsonProperty(required = true) String images,
      @JsonProperty(required = true) String labels,
      @JsonProperty(required = true) int trainingImages,
      @JsonProperty(required = true) String testImages,
      @JsonProperty(required = true) String testLabels,
      @JsonProperty(required = true) List<String> classes) {
    public Data {
      classes = List.copyOf(classes);
    }
  }

  /**
   * One phase of progressive shrinking.
   *
   * @param name as in {@code full}, {@code kernel}, {@code depth}, {@code width}
   * @param epochs passes over the training images, each image seen once a pass by some subnet
   * @param learningRate at its peak, after the warm-up; it then falls to zero by a cosine
   * @param warmUpSteps over which the rate rises linearly from zero
   * @param distillation share of the target that is the full network's output, 0 to 1; the full
   *     network is what the first phase ended with
   * @param least the least option of each elastic kind of decision ({@code resolution}, {@code
   *     kernel}, {@code depth}, {@code expansion}: the last word of a decision's name); kinds left
   *     out stay at their largest
   */
  public record Phase(
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) int epochs,
      @JsonProperty(required = true) double learningRate,
      @JsonProperty(required = true) int warmUpSteps,
      @JsonProperty(required = true) double distillation,
      @JsonProperty(required = true) Map<String, String> least) {
    public Phase {
      least = new TreeMap<>(least);
    }
  }

  public TrainingConfig {
    phases = List.copyOf(phases);
    List<String> problems = new ArrayList<>();
    check(problems, threads >= 1, "threads", threads, "at least 1");
    check(problems, subnets >= 1, "subnets", subnets, "at least 1");
    check(problems, batch >= 2, "batch", batch, "at least 2");
    check(
        problems,
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        labelSmoothing,
        "0 to below 1");
    check(problems, weightDecay >= 0, "weightDecay", weightDecay, "not negative");
    check(problems, clipNorm > 0, "clipNorm", clipNorm, "positive");
    check(problems, calibrationImages >= 2, "calibrationImages", calibrationImages, "at least 2");
    check(
        problems,
        largestShare >= 0 && smallestShare >= 0 && largestShare + smallestShare <= 1,
        "largestShare and smallestShare",
        largestShare + smallestShare,
        "not negative, together at most 1");
    check(
        problems, data.trainingImages() >= 2, "trainingImages", data.trainingImages(), "positive");
    check(problems, !phases.isEmpty(), "phases", phases.size(), "at least one");
    for (int i = 0; i < phases.size(); i++) {
      Phase phase = phases.get(i);
      String at = "phase " + phase.name() + ": ";
      check(problems, phase.epochs() >= 1, at + "epochs", phase.epochs(), "at least 1");
      check(
          problems,
          phase.learningRate() > 0,
          at + "learningRate",
          phase.learningRate(),
          "positive");
      check(
          problems,
          phase.warmUpSteps() >= 0,
          at + "warmUpSteps",
          phase.warmUpSteps(),
          "not negative");
      check(
          problems,
          phase.distillation() >= 0 && phase.distillation() <= (i == 0 ? 0 : 1),
          at + "distillation",
          phase.distillation(),
          i == 0 ? "0 in the first phase, which makes the teacher" : "0 to 1");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "training configuration " + name + ":\n  " + String.join("\n  ", problems));
    }
  }

  private static void check(
      List<String> problems, boolean holds, String what, Object value, String allowed) {
    if (!holds) {
      problems.add(what + " is " + value + "; allowed: " + allowed);
    }
  }

  /** Epochs of all phases together. */
  public int epochs() {
    return phases.stream().mapToInt(Phase::epochs).sum();
  }

  /** The same with other phases. */
  TrainingConfig withPhases(List<Phase> other) {
    return new TrainingConfig(
        name,
        space,
        data,
        seed,
        threads,
        subnets,
        batch,
        augmentation,
        labelSmoothing,
        weightDecay,
        clipNorm,
        calibrationImages,
        largestShare,
        smallestShare,
        other);
  }
}
