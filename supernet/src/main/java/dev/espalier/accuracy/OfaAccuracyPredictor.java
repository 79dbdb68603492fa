package dev.espalier.accuracy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.checkpoint.TorchCheckpoint;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.Decision;
import dev.espalier.space.InvertedResidualSpace;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Accuracy predictors as OFA's tutorial released them ({@code acc_predictor.pth}; Cai et al., ICLR
 * 2020, appendix A): a multilayer perceptron on 20 blocks' kernels (3, 5, 7) and expansions (3, 4,
 * 6) as one-hot columns, zero for skipped blocks, and the resolution as one of eight columns, 112
 * to 224 by 16. It gives a fraction.
 *
 * <p>Here its first layer's columns are put in the order of {@link OneHotEncoding}, whose columns
 * for depths weigh nothing: the zeros of skipped blocks say as much. Predictions are the same but
 * for rounding.
 *
 * <p>What its error is, the file does not say; on MIT's supernet of width 1.0 its level lies 5 to 6
 * points above what was measured, and only the order is right.
 */
public final class OfaAccuracyPredictor {
  private static final int STAGES = 5;
  private static final int BLOCKS_A_STAGE = 4;
  private static final int BLOCKS = STAGES * BLOCKS_A_STAGE;
  private static final List<String> KERNELS = List.of("3", "5", "7");
  private static final List<String> EXPANSIONS = List.of("3", "4", "6");
  private static final int FIRST_EXPANSION = BLOCKS * KERNELS.size();
  private static final int FIRST_RESOLUTION = FIRST_EXPANSION + BLOCKS * EXPANSIONS.size();
  private static final int LEAST_RESOLUTION = 112;
  private static final int RESOLUTION_STEP = 16;
  private static final int RESOLUTIONS = 8;
  private static final int COLUMNS = FIRST_RESOLUTION + RESOLUTIONS;
  private static final int NONE = -1;

  private OfaAccuracyPredictor() {}

  /**
   * Reads a predictor.
   *
   * @param space whose architectures it predicts: five stages of at most four blocks with OFA's
   *     kernels and expansions, and resolutions that the predictor tells apart
   * @param source what to call the checkpoint in a message, such as its path
   * @throws ArtefactException if the checkpoint is not a chain of linear layers on 128 inputs
   * @throws IllegalArgumentException if the space has decisions or options that the predictor does
   *     not know, all named together
   */
  public static MlpEnsemble read(SearchSpace space, TorchCheckpoint checkpoint, String source) {
    int[] columns = columns(space);
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    int layer = 0;
    for (String prefix : layers(checkpoint.weights())) {
      WeightTensor weight = checkpoint.weights().tensor(prefix + ".weight");
      if (!checkpoint.weights().contains(prefix + ".bias") || weight.shape().length != 2) {
        throw new ArtefactException(
            source
                + ": "
                + prefix
                + " is not a linear layer with bias: it is no accuracy predictor");
      }
      if (layer == 0 && weight.size(1) != COLUMNS) {
        throw new ArtefactException(
            "%s: %s has shape %s, but OFA's accuracy predictors take %d inputs"
                .formatted(source, prefix, weight, COLUMNS));
      }
      String name = "mlp.0.layer" + layer;
      tensors.put(name + ".weight", layer == 0 ? rearranged(weight, columns) : weight);
      tensors.put(name + ".bias", checkpoint.weights().tensor(prefix + ".bias"));
      layer++;
    }
    if (layer == 0) {
      throw new ArtefactException(source + " holds no weights: it is no accuracy predictor");
    }
    try {
      return MlpEnsemble.of(space, new Weights(tensors), new MlpEnsemble.TargetScale(0, 1));
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(source + ": " + e.getMessage(), e);
    }
  }

  /** Prefixes of the layers in order of their numbers, as in {@code 0}, {@code 2}, {@code 4}. */
  private static List<String> layers(Weights weights) {
    return weights.tensors().keySet().stream()
        .filter(name -> name.endsWith(".weight"))
        .map(name -> name.substring(0, name.length() - ".weight".length()))
        .sorted((a, b) -> a.length() == b.length() ? a.compareTo(b) : a.length() - b.length())
        .toList();
  }

  /** OFA's column for each of ours, {@link #NONE} where it has none. */
  private static int[] columns(SearchSpace space) {
    List<String> problems = new ArrayList<>();
    if (!(space instanceof InvertedResidualSpace)) {
      problems.add("its family is " + space.family() + ", not one of inverted residual blocks");
    }
    List<Integer> columns = new ArrayList<>();
    for (Decision decision : space.decisions()) {
      for (String option : decision.options()) {
        int column = column(decision.name(), option);
        if (column == NONE && !decision.name().endsWith(".depth")) {
          problems.add(decision.name() + " " + option);
        }
        columns.add(column);
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "OFA's accuracy predictor does not know what this space has: %s; it knows 5 stages of 4 blocks, kernels 3, 5, 7, expansions 3, 4, 6 and resolutions 112 to 224 by 16 (a space's resolutions can be chosen, as in ofa-mobilenetv3-w1.2@160,176,192,208,224)"
              .formatted(String.join(", ", problems)));
    }
    return columns.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int column(String decision, String option) {
    if (decision.equals("resolution")) {
      int above = Integer.parseInt(option) - LEAST_RESOLUTION;
      boolean known =
          above >= 0 && above % RESOLUTION_STEP == 0 && above / RESOLUTION_STEP < RESOLUTIONS;
      return known ? FIRST_RESOLUTION + above / RESOLUTION_STEP : NONE;
    }
    for (int stage = 0; stage < STAGES; stage++) {
      for (int position = 0; position < BLOCKS_A_STAGE; position++) {
        String block = "stage" + (stage + 1) + ".block" + (position + 1);
        int index = stage * BLOCKS_A_STAGE + position;
        if (decision.equals(block + ".kernel") && KERNELS.contains(option)) {
          return index * KERNELS.size() + KERNELS.indexOf(option);
        }
        if (decision.equals(block + ".expansion") && EXPANSIONS.contains(option)) {
          return FIRST_EXPANSION + index * EXPANSIONS.size() + EXPANSIONS.indexOf(option);
        }
      }
    }
    return NONE;
  }

  private static WeightTensor rearranged(WeightTensor weight, int[] columns) {
    int outputs = weight.size(0);
    float[] values = new float[outputs * columns.length];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < columns.length; c++) {
        if (columns[c] != NONE) {
          values[o * columns.length + c] = weight.value(o * COLUMNS + columns[c]);
        }
      }
    }
    return new WeightTensor(new int[] {outputs, columns.length}, values);
  }
}
