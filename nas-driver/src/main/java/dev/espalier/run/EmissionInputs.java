package dev.espalier.run;

import dev.espalier.checkpoint.Supernet;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;

/**
 * What a subnet is made and evaluated with.
 *
 * @param supernet to extract from
 * @param preprocessing of images
 * @param calibration images that batch norms are re-calibrated on
 * @param test images that the emitted file is evaluated on
 */
public record EmissionInputs(
    Supernet supernet, Preprocessing preprocessing, ImageSet calibration, ImageSet test) {}
