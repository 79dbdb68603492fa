/**
 * From a float graph to one of 8-bit integers.
 *
 * <p>{@link dev.espalier.quantisation.Calibration} runs images through the float graph and chooses
 * the range of every feature map by a {@link dev.espalier.quantisation.RangeRule}; {@link
 * dev.espalier.quantisation.Quantiser} fuses activations, rounds weights and computes the fixed
 * point factors. Nothing is trained (post-training quantisation: Nagel et al., <i>A White Paper on
 * Neural Network Quantization</i>, arXiv 2106.08295, section 3).
 */
package dev.espalier.quantisation;
