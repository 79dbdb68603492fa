package dev.espalier.run;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;

/**
 * The images that emitted models meet.
 *
 * @param preprocessing of both sets
 * @param calibration batch norms are re-calibrated on
 * @param test files are evaluated on: for final figures only
 */
public record EmissionImages(Preprocessing preprocessing, ImageSet calibration, ImageSet test) {}
