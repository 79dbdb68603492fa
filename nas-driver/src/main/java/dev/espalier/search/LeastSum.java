package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import java.util.Arrays;
import java.util.List;

/**
 * The least value of a weighted sum of additive functions: over the whole space, over the decisions
 * eliminated up to a step, and over all others, each given the options of that step's scope.
 *
 * <p>Scalar bucket elimination inwards, then the same messages outwards (min-sum on the tree of
 * buckets). Sums leave out constants and the terms of slots that depend on no decision; these are
 * in {@link #constant}. Accurate to the rounding of plain double sums.
 */
final class LeastSum {
  private final EliminationPlan plan;
  private final List<AdditiveFunction> functions;
  private final double[] weights;
  private final double[][] inside;
  private double[][] outside;

  private LeastSum(EliminationPlan plan, List<AdditiveFunction> functions, double[] weights) {
    this.plan = plan;
    this.functions = functions;
    this.weights = weights;
    this.inside = new double[plan.steps().size()][];
  }

  /** Both directions. */
  static LeastSum of(EliminationPlan plan, List<AdditiveFunction> functions, double[] weights) {
    LeastSum sum = new LeastSum(plan, functions, weights);
    sum.inwards();
    sum.outwards();
    return sum;
  }

  /** The least weighted sum over the whole space, constants included. */
  static double over(EliminationPlan plan, List<AdditiveFunction> functions, double[] weights) {
    LeastSum sum = new LeastSum(plan, functions, weights);
    sum.inwards();
    return Arrays.stream(plan.roots()).mapToDouble(root -> sum.inside[root][0]).sum()
        + sum.constant();
  }

  /**
   * An architecture whose weighted sum is the least: of equal options the first.
   *
   * @return a canonical code
   */
  static byte[] leastOf(EliminationPlan plan, List<AdditiveFunction> functions, double[] weights) {
    LeastSum sum = new LeastSum(plan, functions, weights);
    sum.inwards();
    byte[] code = new byte[plan.radices().length];
    // A step's scope holds decisions that are eliminated later: backwards, they are all known.
    for (int s = plan.steps().size() - 1; s >= 0; s--) {
      EliminationPlan.Step step = plan.steps().get(s);
      double least = Double.POSITIVE_INFINITY;
      byte best = 0;
      for (int option = 0; option < plan.options(step.decision()); option++) {
        code[step.decision()] = (byte) option;
        if (plan.allowed(step, code)) {
          double value = sum.terms(step, code) + sum.joined(step, 0, -1, code);
          if (value < least) {
            least = value;
            best = (byte) option;
          }
        }
      }
      code[step.decision()] = best;
    }
    return code;
  }

  private void inwards() {
    byte[] code = new byte[plan.radices().length];
    for (int s = 0; s < inside.length; s++) {
      EliminationPlan.Step step = plan.steps().get(s);
      inside[s] = new double[step.assignments()];
      for (int assignment = 0; assignment < step.assignments(); assignment++) {
        MixedRadix.decode(assignment, step.scope(), plan.radices(), code);
        double least = Double.POSITIVE_INFINITY;
        for (int option = 0; option < plan.options(step.decision()); option++) {
          code[step.decision()] = (byte) option;
          if (plan.allowed(step, code)) {
            least = Math.min(least, terms(step, code) + joined(step, 0, -1, code));
          }
        }
        inside[s][assignment] = least;
      }
    }
  }

  private void outwards() {
    outside = new double[inside.length][];
    for (int s = 0; s < inside.length; s++) {
      outside[s] = new double[inside[s].length];
      Arrays.fill(outside[s], Double.POSITIVE_INFINITY);
    }
    for (int root : plan.roots()) {
      outside[root][0] = 0;
      for (int other : plan.roots()) {
        outside[root][0] += other == root ? 0 : inside[other][0];
      }
    }
    byte[] code = new byte[plan.radices().length];
    for (int s = inside.length - 1; s >= 0; s--) {
      EliminationPlan.Step step = plan.steps().get(s);
      for (int assignment = 0; assignment < step.assignments(); assignment++) {
        MixedRadix.decode(assignment, step.scope(), plan.radices(), code);
        for (int option = 0; option < plan.options(step.decision()); option++) {
          code[step.decision()] = (byte) option;
          if (plan.allowed(step, code)) {
            double here = outside[s][assignment] + terms(step, code);
            for (int message : step.messages()) {
              int index = plan.messageIndex(message, code);
              outside[message][index] =
                  Math.min(outside[message][index], here + joined(step, 0, message, code));
            }
          }
        }
      }
    }
  }

  /** The weighted terms that a step adds under a code. */
  double terms(EliminationPlan.Step step, byte[] code) {
    double sum = 0;
    for (int slot : step.slots()) {
      for (int f = 0; f < weights.length; f++) {
        if (weights[f] != 0) {
          sum += weights[f] * functions.get(f).term(slot, code, 0);
        }
      }
    }
    return sum;
  }

  /**
   * The least sums of the messages that meet in a step, from position {@code from}, but for one.
   */
  double joined(EliminationPlan.Step step, int from, int except, byte[] code) {
    double sum = 0;
    for (int i = from; i < step.messages().length; i++) {
      int message = step.messages()[i];
      if (message != except) {
        sum += inside[message][plan.messageIndex(message, code)];
      }
    }
    return sum;
  }

  /**
   * The least sum of everything that is not in a step's message, for an assignment of its scope.
   */
  double outside(int step, int assignment) {
    return outside[step][assignment];
  }

  /** The least sum of a message that depends on nothing. */
  double root(int step) {
    return inside[step][0];
  }

  /** The weighted constants, and terms of slots that depend on no decision. */
  double constant() {
    byte[] code = new byte[plan.radices().length];
    double sum = 0;
    for (int f = 0; f < weights.length; f++) {
      double value = functions.get(f).constant();
      for (int slot : plan.freeSlots()) {
        value += functions.get(f).term(slot, code, 0);
      }
      sum += weights[f] * value;
    }
    return sum;
  }
}
