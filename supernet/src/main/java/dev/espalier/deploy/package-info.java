/**
 * From a trained supernet to a model that runs: extraction, emission, running, and the card that
 * goes with it.
 *
 * <p>{@link dev.espalier.deploy.Extraction} interprets a network's walk over one architecture and
 * yields a {@link dev.espalier.graph.Graph}: static shapes, weights sliced and batch norms folded,
 * no trace of elasticity and of no engine. Every {@link dev.espalier.deploy.Emitter} writes its
 * format from that graph alone; a new one is one class and a line in {@code
 * META-INF/services/dev.espalier.deploy.Emitter}.
 */
package dev.espalier.deploy;
