package dev.espalier.accuracy;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a stored predictor came from.
 *
 * @param words as in {@code OFA's released predictor acc_predictor.pth}
 * @param fileDigest of the file that it was read from or fitted to, SHA-256 in hexadecimal
 * @param seed of sampling, splitting and fitting
 */
public record PredictorSource(
    @JsonProperty(required = true) String words,
    @JsonProperty(required = true) String fileDigest,
    @JsonProperty(required = true) long seed) {
  public PredictorSource {
    if (words.isBlank()) {
      throw new IllegalArgumentException("a predictor's source needs words");
    }
    if (!fileDigest.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "file digest '%s' is not 64 lower-case hexadecimal digits".formatted(fileDigest));
    }
  }
}
