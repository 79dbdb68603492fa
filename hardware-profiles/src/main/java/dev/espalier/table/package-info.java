/**
 * Latency tables: what each operator costs on one target, in microseconds.
 *
 * <p>The key is an {@link dev.espalier.operator.Operator} as a whole. A key that is missing is
 * refused by name and never guessed from its neighbours. Reading is strict: every wrong line is
 * named with its column, its value and what is allowed there.
 */
package dev.espalier.table;
