package dev.espalier.search;

import dev.espalier.pareto.ReferencePoint;
import dev.espalier.space.Architecture;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A {@link TargetResult} reduced to codes and accuracies, to be sent and stored: costs follow from
 * them.
 *
 * @param target its name
 * @param front its points
 * @param answers one for each of the target's budgets
 * @param referenceAccuracy of the result's reference point
 * @param referenceCost likewise
 * @param hypervolume of the front
 */
public record SolvedTarget(
    String target,
    Scored front,
    List<Answer> answers,
    double referenceAccuracy,
    double referenceCost,
    double hypervolume)
    implements Serializable {
  /** The constraint of an answer that is none's. */
  private static final int NONE = -1;

  public SolvedTarget {
    answers = List.copyOf(answers);
  }

  /**
   * Some architectures in their order.
   *
   * @param codes flat, in Base64
   * @param accuracies as predicted: doubles, big-endian, in Base64
   */
  public record Scored(String codes, String accuracies) implements Serializable {
    private static Scored of(List<ScoredArchitecture> scored) {
      ByteBuffer accuracies = ByteBuffer.allocate(scored.size() * Double.BYTES);
      scored.forEach(s -> accuracies.putDouble(s.predictedAccuracy()));
      return new Scored(
          text(scored.stream().map(ScoredArchitecture::architecture).toList()),
          Base64.getEncoder().encodeToString(accuracies.array()));
    }

    private List<ScoredArchitecture> scored(SearchTarget target, int length) {
      byte[] flat = Base64.getDecoder().decode(codes);
      ByteBuffer values = ByteBuffer.wrap(Base64.getDecoder().decode(accuracies));
      List<ScoredArchitecture> scored = new ArrayList<>(flat.length / length);
      for (int offset = 0; offset < flat.length; offset += length) {
        byte[] code = Arrays.copyOfRange(flat, offset, offset + length);
        scored.add(target.score(Architecture.ofCanonical(code), values.getDouble()));
      }
      return scored;
    }
  }

  /**
   * The answer to one budget.
   *
   * @param candidates none where the budget cannot be met
   * @param reachedBy the code that reaches the least cost, in Base64; empty where it can be met
   * @param binding the index of the constraint that binds; -1 where the budget can be met
   * @param leastCost of that constraint's quantity; 0 where the budget can be met
   */
  public record Answer(Scored candidates, String reachedBy, int binding, double leastCost)
      implements Serializable {
    private static Answer of(BudgetAnswer answer) {
      if (answer instanceof BudgetAnswer.Infeasible infeasible) {
        return new Answer(
            Scored.of(List.of()),
            text(List.of(infeasible.reachedBy())),
            infeasible.budget().constraints().indexOf(infeasible.binding()),
            infeasible.leastCost());
      }
      return new Answer(
          Scored.of(((BudgetAnswer.Feasible) answer).candidates()), text(List.of()), NONE, 0);
    }

    private BudgetAnswer answer(Budget budget, SearchTarget target, int length) {
      return binding == NONE
          ? new BudgetAnswer.Feasible(budget, candidates.scored(target, length))
          : new BudgetAnswer.Infeasible(
              budget,
              budget.constraints().get(binding),
              leastCost,
              Architecture.ofCanonical(Base64.getDecoder().decode(reachedBy)));
    }
  }

  /** Reduces a result. */
  public static SolvedTarget of(TargetResult result) {
    return new SolvedTarget(
        result.target(),
        Scored.of(result.front().points()),
        result.answers().stream().map(Answer::of).toList(),
        result.reference().accuracy(),
        result.reference().cost(),
        result.hypervolume());
  }

  private static String text(List<Architecture> architectures) {
    int length = architectures.isEmpty() ? 0 : architectures.get(0).length();
    byte[] flat = new byte[architectures.size() * length];
    for (int i = 0; i < architectures.size(); i++) {
      System.arraycopy(architectures.get(i).toBytes(), 0, flat, i * length, length);
    }
    return Base64.getEncoder().encodeToString(flat);
  }

  /**
   * The result, to the last bit.
   *
   * @param of the target that was solved
   * @param length of a code
   */
  public TargetResult result(SearchTarget of, int length) {
    List<BudgetAnswer> results = new ArrayList<>();
    for (int b = 0; b < answers.size(); b++) {
      results.add(answers.get(b).answer(of.budgets().get(b), of, length));
    }
    return new TargetResult(
        target,
        new TargetFront(of.objective(), front.scored(of, length)),
        results,
        new ReferencePoint(referenceAccuracy, referenceCost),
        hypervolume);
  }
}
