/**
 * Trains once-for-all supernets by progressive shrinking.
 *
 * <p>The method is that of Cai et al. (ICLR 2020, section 3.3): the full network first, then ever
 * smaller kernels, depths and widths, each subnet distilled from the full network. Deviations:
 * AdamW instead of SGD with momentum; soft targets that the full network gives each image once, not
 * in every step, mixed with the labels at a stated share; one resolution for all subnets of a step;
 * and a stated share of steps that train the largest and the smallest subnet (the sandwich rule of
 * Yu et al., BigNAS, ECCV 2020, section 3.1).
 *
 * <p>Training is deterministic for a configuration: every random choice derives from the seed and
 * the step, and gradients are summed in a fixed order, whatever the number of threads. It resumes
 * from the last finished epoch and then takes the same steps as if it had not been interrupted.
 */
package dev.espalier.training;
