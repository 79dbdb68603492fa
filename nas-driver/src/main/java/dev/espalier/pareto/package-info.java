/**
 * Pareto dominance between candidates: more accuracy is better, less cost is better.
 *
 * <p>One convention everywhere: a point dominates another if it is no worse in both and better in
 * one; of points equal in both, a front keeps the one whose architecture code is least, so that a
 * front is the same whatever the order its candidates came in.
 *
 * <p>Papers: Deb, Pratap, Agarwal and Meyarivan, <em>A Fast and Elitist Multiobjective Genetic
 * Algorithm: NSGA-II</em>, IEEE TEC 6(2), 2002; Jensen, <em>Reducing the Run-Time Complexity of
 * Multiobjective EAs</em>, IEEE TEC 7(5), 2003; Zitzler and Thiele, <em>Multiobjective Optimization
 * Using Evolutionary Algorithms</em>, PPSN V, 1998 (hypervolume).
 */
package dev.espalier.pareto;
