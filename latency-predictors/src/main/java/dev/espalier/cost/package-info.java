/**
 * What an architecture costs on a target, compiled once to dense arrays so that scoring is a sum of
 * table reads.
 *
 * <p>A {@link dev.espalier.cost.CostModel} is a search space and a hardware profile put together.
 * It says whether its latency is exact for the table, an estimate with a stated error, or that of
 * the network as a whole. What depends on operators alone, and so on no target, is an {@link
 * dev.espalier.cost.OperatorCost}.
 */
package dev.espalier.cost;
