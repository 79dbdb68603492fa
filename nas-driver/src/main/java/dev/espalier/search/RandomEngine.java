package dev.espalier.search;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Random search, the baseline at equal evaluations: architectures are drawn as the space samples
 * them, each scored once, those that meet no budget refused.
 */
public final class RandomEngine implements SearchEngine {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public String description() {
    return "uniformly drawn architectures: the baseline";
  }

  @Override
  public List<EngineOption> options() {
    return List.of(
        new EngineOption.Whole(
            "evaluations", 1, EngineOption.Whole.MOST, 5000, "candidates scored"));
  }

  @Override
  public ScoredBy scoredBy() {
    return ScoredBy.CANDIDATE_SCORER;
  }

  @Override
  public void configure(OptionValues values, SearchSettings.Builder settings) {
    settings.evaluations(values.whole("evaluations"));
  }

  @Override
  public SearchOutcome search(
      SearchProblem problem, CandidateScorer scorer, SearchListener listener) {
    return GenerationalSearch.run(
        name(),
        problem,
        scorer,
        listener,
        (plan, columns, admission, codes) ->
            new GenerationalSearch.Proposer() {
              @Override
              public void propose(RandomGenerator stream, byte[] code) {
                GenerationalSearch.sample(problem.space(), stream, code);
              }

              @Override
              public void observe(GenerationalSearch.Batch batch) {
                // The next draw does not depend on the last.
              }
            });
  }
}
