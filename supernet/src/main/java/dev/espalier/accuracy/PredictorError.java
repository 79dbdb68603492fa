package dev.espalier.accuracy;

/**
 * How far predictions were from measurements on architectures kept out of the fit.
 *
 * @param fitted number of architectures fitted on
 * @param heldOut number of architectures kept out
 * @param spearman rank correlation on those kept out
 * @param meanAbsolute mean absolute error, fraction of 1
 * @param rootMeanSquare root of the mean squared error, fraction of 1
 * @param ninetyFifthPercentile of the absolute error, fraction of 1
 */
public record PredictorError(
    int fitted,
    int heldOut,
    double spearman,
    double meanAbsolute,
    double rootMeanSquare,
    double ninetyFifthPercentile) {}
