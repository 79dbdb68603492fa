/**
 * How good a subnet is: measured accuracies, and predictors fitted on them.
 *
 * <p>Two predictors are fitted on the same measurements. {@link
 * dev.espalier.accuracy.MlpAccuracyPredictor} is the three-layer network on one-hot decisions of
 * Cai et al., <em>Once-for-All</em>, ICLR 2020, section 3.4 and appendix A; it serves engines that
 * only ask for numbers. {@link dev.espalier.accuracy.AdditiveAccuracyPredictor} is a sum of one
 * term per slot, which dynamic programming can optimise exactly. Both carry their {@link
 * dev.espalier.accuracy.PredictorError}, found on architectures kept out of the fit.
 *
 * <p>A predictor of a space without a supernet is a {@link dev.espalier.accuracy.StoredPredictor}:
 * an MLP, and its {@link dev.espalier.accuracy.AdditivePart}, which was fitted to the MLP's
 * predictions and carries its {@link dev.espalier.accuracy.PredictorAgreement} with them in place
 * of a measured error.
 *
 * <p>Accuracies are fractions between 0 and 1, more being better, and never NaN. A predicted one is
 * never stored as a {@link dev.espalier.accuracy.MeasuredAccuracy}.
 */
package dev.espalier.accuracy;
