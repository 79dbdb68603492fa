/**
 * Measuring a device that Espalier does not run on.
 *
 * <p>A {@link dev.espalier.kit.Kit} is a folder of small models, one for each operator that a
 * profile lacks, with models of next to no work that show the fixed cost of a run, and whole
 * networks on which sums over operators are checked. Whatever runs models on the device times them;
 * what it writes is read through a {@link dev.espalier.kit.ResultsForm} into {@link
 * dev.espalier.kit.KitTimings}, checked, and kept beside the profile as {@link
 * dev.espalier.kit.KitMeasurements}, so that parts measured on different days add up.
 *
 * <p>A model's name holds a digest of what it is: results of another kit are noticed, and those of
 * an earlier kit of the same space fit a later one.
 */
package dev.espalier.kit;
