package dev.espalier.search;

import java.util.List;
import java.util.random.RandomGenerator;

/** A random walk: an engine that nothing but its registration knows. */
public final class WalkEngine implements SearchEngine {
  @Override
  public String name() {
    return "walk";
  }

  @Override
  public String description() {
    return "from each candidate to one near it";
  }

  @Override
  public List<EngineOption> options() {
    return List.of(
        new EngineOption.Whole("evaluations", 1, 1000, 50, "candidates scored"),
        new EngineOption.Whole("stride", 1, 8, 2, "decisions drawn anew in a step"));
  }

  @Override
  public ScoredBy scoredBy() {
    return ScoredBy.CANDIDATE_SCORER;
  }

  @Override
  public void configure(OptionValues values, SearchSettings.Builder settings) {
    settings.population(2).evaluations(values.whole("evaluations")).options(values);
  }

  @Override
  public SearchOutcome search(
      SearchProblem problem, CandidateScorer scorer, SearchListener listener) {
    int stride = problem.settings().options().whole("stride");
    return GenerationalSearch.run(
        name(),
        problem,
        scorer,
        listener,
        (plan, columns, admission, codes) ->
            new GenerationalSearch.Proposer() {
              private final byte[] place = problem.space().smallest().toBytes();

              @Override
              public void propose(RandomGenerator stream, byte[] code) {
                for (int step = 0; step < stride; step++) {
                  int decision = stream.nextInt(place.length);
                  place[decision] = (byte) stream.nextInt(plan.options(decision));
                }
                problem.space().canonicalize(place);
                System.arraycopy(place, 0, code, 0, code.length);
              }

              @Override
              public void observe(GenerationalSearch.Batch batch) {
                // It walks on, wherever it came from.
              }
            });
  }
}
