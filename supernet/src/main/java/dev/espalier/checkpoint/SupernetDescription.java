package dev.espalier.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What is known of a supernet beside its weights.
 *
 * @param name as in {@code fashion-mnist-small}
 * @param dataset it was trained on
 * @param training the trainer's record
 */
public record SupernetDescription(String name, DatasetDescription dataset, JsonNode training) {}
