/**
 * Latency tables: what each operator costs on one target, or what whole networks of one search
 * space cost there, in microseconds.
 *
 * <p>The key is an {@link dev.espalier.operator.Operator} as a whole, or the code of an {@link
 * dev.espalier.space.Architecture}. A key that is missing is refused by name and never guessed from
 * its neighbours. Reading is strict: every wrong line is named with its column, its value and what
 * is allowed there.
 */
package dev.espalier.table;
