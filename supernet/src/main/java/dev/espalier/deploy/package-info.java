/**
 * From a trained supernet to models that run: extraction, emission, running, and the card that goes
 * with them.
 *
 * <p>{@link dev.espalier.deploy.Extraction} interprets a network's walk over one architecture and
 * yields a {@link dev.espalier.graph.Graph}: static shapes, weights sliced and batch norms folded,
 * no trace of elasticity and of no engine; {@link dev.espalier.quantisation.Quantiser} makes a
 * {@link dev.espalier.graph.QuantisedGraph} of it. Every {@link dev.espalier.deploy.Emitter} writes
 * its format from one of the two alone, and loads what it wrote for running; a new one is one class
 * and a line in {@code META-INF/services/dev.espalier.deploy.Emitter}.
 */
package dev.espalier.deploy;
