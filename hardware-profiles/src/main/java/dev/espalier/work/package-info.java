/**
 * An operator taken apart into the primitive parts that a runtime executes, and a latency model
 * that is additive over what those parts do.
 *
 * <p>{@link dev.espalier.work.OperatorWork} lists the parts of an operator; {@link
 * dev.espalier.work.WorkFeature} counts what they do on a device whose units work on several values
 * at once ({@link dev.espalier.work.WorkGeometry}); {@link dev.espalier.work.OperatorLatencyModel}
 * multiplies the counts by fitted weights, none of which is negative, so that more work never costs
 * less. Everything here is an immutable value.
 */
package dev.espalier.work;
