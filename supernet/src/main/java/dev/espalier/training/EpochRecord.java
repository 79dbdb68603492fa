package dev.espalier.training;

/**
 * One epoch of the training record. Accuracies are fractions, measured on a stated number of images
 * that train nothing.
 *
 * @param phase its name
 * @param epoch within the training, from 1
 * @param loss mean over all sampled subnets
 * @param learningRate of the last step
 * @param largestAccuracy of the largest subnet
 * @param smallestAccuracy of the smallest subnet of the phase
 * @param seconds wall clock
 */
public record EpochRecord(
    String phase,
    int epoch,
    double loss,
    double learningRate,
    double largestAccuracy,
    double smallestAccuracy,
    double seconds) {}
