/**
 * What hardware sees: operators with their shapes, the keys of every lookup table and the unit of
 * MACs, parameters and activation bytes.
 *
 * <p>Everything here is an immutable value. An operator's key ({@link
 * dev.espalier.operator.Operator#key()}) is canonical and parses back to an equal operator.
 */
package dev.espalier.operator;
