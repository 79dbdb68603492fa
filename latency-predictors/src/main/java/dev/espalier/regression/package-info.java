/**
 * Regression on few and noisy measurements, without a cluster: a Gaussian process whose noise has
 * heavy tails, and boosted trees for the absolute error. Both are deterministic, and hold no
 * reference to what the numbers mean.
 *
 * <p>Measured latencies have outliers of tens of per cent, and learning curves are short: a
 * thousand networks are many. MLlib's trees fit tens of thousands of rows on a cluster, one job for
 * each level of each tree; the thousands of small trees wanted here would take it hours.
 */
package dev.espalier.regression;
