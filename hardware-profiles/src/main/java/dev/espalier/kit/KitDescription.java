package dev.espalier.kit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.operator.Precision;

/**
 * The file {@value #FILE} of a kit.
 *
 * @param space as whoever made the kit called it
 * @param definition the space, as {@link dev.espalier.space.SpaceFamily#space} reads it
 * @param precision of the models
 * @param format of the models, an emitter's name
 * @param formatVersion of that format
 * @param seed that weights were drawn from
 * @param empties number of models of that role
 * @param operators number of models of that role
 * @param calibration number of models of that role
 * @param probes number of models of that role
 * @param manifest SHA-256 of {@value Manifest#FILE}
 */
record KitDescription(
    @JsonProperty(required = true) String space,
    @JsonProperty(required = true) JsonNode definition,
    @JsonProperty(required = true) Precision precision,
    @JsonProperty(required = true) String format,
    @JsonProperty(required = true) String formatVersion,
    @JsonProperty(required = true) long seed,
    @JsonProperty(required = true) int empties,
    @JsonProperty(required = true) int operators,
    @JsonProperty(required = true) int calibration,
    @JsonProperty(required = true) int probes,
    @JsonProperty(required = true) String manifest) {
  static final String FILE = "kit.json";
}
