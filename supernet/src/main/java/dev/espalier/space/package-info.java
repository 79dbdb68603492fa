/**
 * Search spaces: decisions with finite options, architectures as canonical codes, and the lowering
 * from an architecture to operators.
 *
 * <p>A {@link dev.espalier.space.SearchSpace} is also a factor graph: its {@linkplain
 * dev.espalier.space.Slot slots} are places of the network whose operators depend on a few
 * decisions only. Compiled cost models, the additive accuracy predictor and the exact engine all
 * work on slots and know nothing of any family. A family is one class and a line in {@code
 * META-INF/services/dev.espalier.space.SpaceFamily}.
 *
 * <p>Of OFA's own files, {@link dev.espalier.space.OfaNetConfig} reads those that state an
 * architecture.
 */
package dev.espalier.space;
