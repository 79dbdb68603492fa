package dev.espalier.run;

import dev.espalier.checkpoint.Supernet;

/**
 * What subnets are made and evaluated with.
 *
 * @param supernet to extract from
 * @param images that re-calibrate and evaluate
 */
public record EmissionInputs(Supernet supernet, EvaluationImages images) {}
