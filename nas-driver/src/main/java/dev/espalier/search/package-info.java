/**
 * Search engines: from a search space, costs per target and an accuracy model to the Pareto front
 * of each target and the best few architectures under each budget.
 *
 * <p>An engine is one class that implements {@link dev.espalier.search.SearchEngine} and a line in
 * {@code META-INF/services/dev.espalier.search.SearchEngine}; the class says what requests may set
 * ({@link dev.espalier.search.EngineOption}), and requests, messages and help follow. {@code exact}
 * eliminates decisions one after another with Pareto sets as messages and proves what it says about
 * the additive model; {@code evolution} is NSGA-II over any predictor and any number of targets at
 * once; {@code random} is the baseline at equal evaluations.
 *
 * <p>Invariants: the same problem and seed give equal outcomes, however the scoring is partitioned;
 * no architecture is scored twice; codes are canonical; costs in outcomes are those of the targets'
 * {@link dev.espalier.space.SlotFunction}s to the last bit; a budget that cannot be met is answered
 * with the constraint that binds and the least cost possible, which is proven for every engine
 * because costs are sums or largest of terms over slots. Nothing here knows a space family or
 * Spark; wall-clock time only where a request sets a time limit.
 *
 * <p>Papers: Bertelè and Brioschi, <em>Nonserial Dynamic Programming</em>, 1972; Dechter,
 * <em>Bucket Elimination</em>, Artificial Intelligence 113, 1999; Rollon and Larrosa, <em>Bucket
 * Elimination for Multiobjective Optimization Problems</em>, Journal of Heuristics 12, 2006; Deb et
 * al., <em>NSGA-II</em>, 2002.
 */
package dev.espalier.search;
