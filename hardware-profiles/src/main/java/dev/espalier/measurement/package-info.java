/**
 * Timing operators and whole networks on the machine at hand, in ONNX Runtime.
 *
 * <p>A shared machine is noisy in bursts of seconds. So subjects are not timed one after another
 * but in rounds, each round visiting all of them in a new shuffled order; a visit gives one value,
 * the median of a short burst of runs, and a subject's latency is the median over its visits.
 * Rounds end for a subject when the standard error of that median is small enough, or at a cap.
 */
package dev.espalier.measurement;
