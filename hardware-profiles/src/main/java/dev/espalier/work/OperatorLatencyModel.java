package dev.espalier.work;

import dev.espalier.artefact.Json;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Latency of an operator as a sum over what its parts do: {@code Σ weight · count}, all weights at
 * least 0. Additive by construction, so that a network's latency is the sum of its operators', and
 * it grows with the work however far from what it was fitted on.
 *
 * <p>A feature that no fitted value had takes the weight of a {@linkplain WorkFeature#substitutes
 * substitute}: a depthwise convolution costs what as many convolutions of a single channel would, a
 * product per channel what a sum costs. {@link #extrapolation()} says which.
 *
 * @param precision of the operators it is of
 * @param geometry in which work is counted
 * @param weights microseconds for one of each feature that was fitted, 0 included
 * @param fittedOn device, data and number of values, in words
 * @param leastMacs multiply-accumulates of the smallest operator, or network, it was fitted on
 * @param mostMacs those of the largest
 * @param errors on values kept out of fits, the most telling first, at least one
 */
public record OperatorLatencyModel(
    Precision precision,
    WorkGeometry geometry,
    SortedMap<WorkFeature, Double> weights,
    String fittedOn,
    long leastMacs,
    long mostMacs,
    List<HeldOutError> errors) {
  /** The file of a profile that holds its model. */
  public static final String FILE = "operator-model.json";

  /** The form of that file; another is refused. */
  public static final String FORMAT = "operator-latency-model/1";

  private static final Map<PrimitiveKind, WorkFeature> MAIN =
      new EnumMap<>(
          Map.of(
              PrimitiveKind.POINTWISE, WorkFeature.POINTWISE_MACS,
              PrimitiveKind.CONVOLUTION, WorkFeature.CONVOLUTION_MACS,
              PrimitiveKind.DEPTHWISE, WorkFeature.DEPTHWISE_MACS,
              PrimitiveKind.LINEAR, WorkFeature.LINEAR_MACS,
              PrimitiveKind.POOL, WorkFeature.POOL_ELEMENTS,
              PrimitiveKind.GLOBAL_POOL, WorkFeature.GLOBAL_POOL_ELEMENTS,
              PrimitiveKind.ADD, WorkFeature.ADD_ELEMENTS,
              PrimitiveKind.SCALE, WorkFeature.SCALE_ELEMENTS,
              PrimitiveKind.H_SWISH, WorkFeature.H_SWISH_ELEMENTS));

  public OperatorLatencyModel {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    errors = List.copyOf(errors);
    if (fittedOn.isBlank() || errors.isEmpty() || leastMacs < 0 || mostMacs < leastMacs) {
      throw new IllegalArgumentException(
          "operator latency model: fittedOn '%s' must not be blank, errors %d at least 1, least MACs %d at least 0 and at most %d"
              .formatted(fittedOn, errors.size(), leastMacs, mostMacs));
    }
    weights.forEach(
        (feature, weight) -> {
          if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                "operator latency model: weight %s of %s must be finite and not negative"
                    .formatted(weight, feature.word()));
          }
        });
    if (weights.values().stream().allMatch(weight -> weight == 0)) {
      throw new IllegalArgumentException(
          "operator latency model: no weight is above 0: it says 0 us of everything");
    }
  }

  /** Latency of an operator, microseconds, in the model's precision whatever its own. */
  public double micros(Operator operator) {
    return micros(OperatorWork.of(operator));
  }

  /** Latency of an operator's work, microseconds. */
  public double micros(OperatorWork work) {
    return micros(WorkFeature.of(work, precision, geometry));
  }

  /** Latency of counts in the order of {@link WorkFeature}, microseconds. */
  public double micros(double[] counts) {
    double micros = 0;
    for (WorkFeature feature : WorkFeature.values()) {
      double count = counts[feature.ordinal()];
      if (count > 0) {
        micros += count * weight(feature).orElse(0);
      }
    }
    return micros;
  }

  /** What a network costs beside its operators, microseconds; 0 where none was fitted. */
  public double networkMicros() {
    return weight(WorkFeature.NETWORKS).orElse(0);
  }

  private OptionalDouble weight(WorkFeature feature) {
    Double own = weights.get(feature);
    if (own != null) {
      return OptionalDouble.of(own);
    }
    return feature.substitutes().stream()
        .filter(weights::containsKey)
        .mapToDouble(weights::get)
        .findFirst();
  }

  /** The same model of a device on which everything takes so many times as long. */
  public OperatorLatencyModel scaled(double factor, String newFittedOn, List<HeldOutError> found) {
    SortedMap<WorkFeature, Double> scaled = new TreeMap<>();
    weights.forEach((feature, weight) -> scaled.put(feature, factor * weight));
    return new OperatorLatencyModel(
        precision, geometry, scaled, newFittedOn, leastMacs, mostMacs, found);
  }

  /** Where it goes beyond what it was fitted on, in words. */
  public String extrapolation() {
    List<String> kinds = new ArrayList<>();
    for (PrimitiveKind kind : PrimitiveKind.values()) {
      WorkFeature main = MAIN.get(kind);
      if (!weights.containsKey(main)) {
        kinds.add(
            kind.word()
                + main.substitutes().stream()
                    .filter(weights::containsKey)
                    .findFirst()
                    .map(f -> " (as " + kind(f).word() + ")")
                    .orElse(" (free but for launch and bytes)"));
      }
    }
    return "%s%sabove %s million multiply-accumulates in one %s"
        .formatted(
            kinds.isEmpty() ? "" : "parts it never saw: " + String.join(", ", kinds) + "; ",
            leastMacs == 0 ? "" : "below " + millions(leastMacs) + " and ",
            millions(mostMacs),
            weights.containsKey(WorkFeature.NETWORKS) ? "network" : "operator");
  }

  private static PrimitiveKind kind(WorkFeature main) {
    return MAIN.entrySet().stream()
        .filter(e -> e.getValue() == main)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  private static String millions(long macs) {
    return String.format(Locale.ROOT, "%.3g", macs / 1e6);
  }

  /** As {@value #FILE} has it. */
  private record Stored(
      String format,
      Precision precision,
      Lanes lanes,
      Long onChipBytes,
      SortedMap<String, Double> microsPer,
      String fittedOn,
      long leastMacs,
      long mostMacs,
      List<HeldOutError> errors) {}

  private record Lanes(int positions, int inputs, int outputs) {}

  /** The content of {@value #FILE}; equal models give equal bytes. */
  public byte[] toJson() {
    SortedMap<String, Double> words = new TreeMap<>();
    weights.forEach((feature, weight) -> words.put(feature.word(), weight));
    return Json.write(
        new Stored(
            FORMAT,
            precision,
            new Lanes(geometry.positionLanes(), geometry.inputLanes(), geometry.outputLanes()),
            geometry.onChipBytes() == Long.MAX_VALUE ? null : geometry.onChipBytes(),
            words,
            fittedOn,
            leastMacs,
            mostMacs,
            errors));
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @param document its name in messages, usually its path
   * @throws dev.espalier.artefact.ArtefactException if it is not of this form
   * @throws InvalidDocumentException if it is of another version, or a value is not allowed
   */
  public static OperatorLatencyModel ofJson(String document, byte[] json) {
    Stored stored = Json.read(json, Stored.class, document);
    if (!FORMAT.equals(stored.format)) {
      throw new InvalidDocumentException(
          document,
          List.of(
              "format: '%s' is not %s, which this version reads: fit the model again"
                  .formatted(stored.format, FORMAT)));
    }
    try {
      SortedMap<WorkFeature, Double> weights = new TreeMap<>();
      stored.microsPer.forEach(
          (word, weight) ->
              weights.put(
                  WorkFeature.ofWord(word)
                      .orElseThrow(
                          () ->
                              new IllegalArgumentException(
                                  "microsPer: '%s' is no feature".formatted(word))),
                  weight));
      return new OperatorLatencyModel(
          stored.precision,
          new WorkGeometry(
              stored.lanes.positions,
              stored.lanes.inputs,
              stored.lanes.outputs,
              stored.onChipBytes == null ? Long.MAX_VALUE : stored.onChipBytes),
          weights,
          stored.fittedOn,
          stored.leastMacs,
          stored.mostMacs,
          stored.errors);
    } catch (IllegalArgumentException e) {
      throw new InvalidDocumentException(document, e.getMessage(), e);
    }
  }
}
