/**
 * Elastic networks: one walk per family over abstract layers, and the interpreters of that walk.
 *
 * <p>A family describes its forward pass once ({@link dev.espalier.network.ElasticNetwork}); the
 * DJL PyTorch interpreter runs and trains it, another declares its parameters, and {@code deploy}
 * turns it into a graph. After Cai et al., <em>Once-for-All: Train One Network and Specialize it
 * for Efficient Deployment</em>, ICLR 2020.
 */
package dev.espalier.network;
