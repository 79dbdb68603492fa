/**
 * Labelled images and what a network sees of them: reading, splitting, resampling, normalising and
 * augmenting.
 *
 * <p>Images stay bytes until a batch is made. All random choices come from a generator that is
 * passed in.
 */
package dev.espalier.dataset;
