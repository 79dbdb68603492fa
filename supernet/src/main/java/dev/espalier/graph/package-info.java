/**
 * A network as a small graph with static shapes, of no engine, in floats and in 8-bit integers.
 *
 * <p>{@link dev.espalier.graph.Graph} holds float weights, {@link
 * dev.espalier.graph.QuantisedGraph} the same network with 8-bit weights and feature maps. Every
 * emitter writes from one of the two. What they compute is defined by {@link
 * dev.espalier.graph.FloatReference} and {@link dev.espalier.graph.IntegerReference}; integer
 * kernels elsewhere give the same bits as the latter.
 *
 * <h2>Integer arithmetic</h2>
 *
 * <p>A feature map holds {@code q} in -128..127, standing for {@code scale · (q - zeroPoint)}
 * ({@link dev.espalier.graph.Quantisation}; Jacob et al., CVPR 2018, section 2.1). Weights are
 * symmetric, {@code -127..127}, with one scale an output channel. Sums are 32-bit integers; they
 * return to 8 bits by one multiplication, one addition of half, and one right shift, which rounds
 * once and half up ({@link dev.espalier.graph.FixedPoint}), where gemmlowp and TensorFlow Lite
 * round twice. ReLU and ReLU6 are the saturation to 8 bits, the range of such an output beginning
 * at zero; a hard sigmoid behind a convolution is folded into it; any other function is a table of
 * 256 entries.
 */
package dev.espalier.graph;
