package dev.espalier.nightly;

import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.latency.LatencyShift;
import dev.espalier.nightly.DriftReport.BudgetDrift;
import dev.espalier.nightly.DriftReport.Cause;
import dev.espalier.nightly.DriftReport.Fate;
import dev.espalier.nightly.DriftReport.ModelSummary;
import dev.espalier.nightly.DriftReport.Shift;
import dev.espalier.nightly.DriftReport.TargetDrift;
import dev.espalier.nightly.NightState.BudgetState;
import dev.espalier.nightly.NightState.TargetState;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.Attempt;
import dev.espalier.run.BudgetResult;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.FleetSurvey;
import dev.espalier.run.SearchInputs;
import dev.espalier.run.SearchResult;
import dev.espalier.run.SearchRun;
import dev.espalier.run.SearchSource;
import dev.espalier.run.Target;
import dev.espalier.run.Verdict;
import dev.espalier.search.Budget;
import dev.espalier.search.BudgetAnswer;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.TargetResult;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of what a night's search found the models that are deployed, and says what moved. */
final class NightDecisions {
  private static final Logger LOG = LoggerFactory.getLogger(NightDecisions.class);

  private final Storage storage;
  private final NightlyStore store;
  private final String night;
  private final NightState last;
  private final Latest latest;
  private final Set<String> damaged;
  private final NightlyConfig config;
  private final FleetSurvey survey;

  /**
   * What was decided of one target.
   *
   * @param state its new state
   * @param drift what moved
   */
  record Decided(TargetState state, TargetDrift drift) {}

  /**
   * Decides for one night.
   *
   * @param latest with the models that were rolled back
   * @param damaged nights whose runs cannot be relied on
   */
  NightDecisions(
      Storage storage,
      NightlyStore store,
      String night,
      NightState last,
      Latest latest,
      Set<String> damaged,
      NightlyConfig config,
      FleetSurvey survey) {
    this.storage = storage;
    this.store = store;
    this.night = night;
    this.last = last;
    this.latest = latest;
    this.damaged = damaged;
    this.config = config;
    this.survey = survey;
  }

  /** What is the same for every target of a night. */
  private record Common(
      SearchSpace space,
      String spaceDigest,
      boolean builds,
      String imagesDigest,
      OptionalDouble predictorError,
      SearchResult result) {}

  /**
   * Decides about every target that was searched.
   *
   * @param keys of the targets, by name
   * @param reasons why each was searched, by name
   */
  SortedMap<String, Decided> of(
      SearchInputs inputs,
      SearchResult result,
      SortedMap<String, SortedMap<String, String>> keys,
      SortedMap<String, List<String>> reasons) {
    SearchSpace space = inputs.source().space();
    Common common =
        new Common(
            space,
            Digest.of(Json.write(SpaceFamily.tree(space))),
            inputs.source() instanceof SearchSource.TrainedSupernet,
            inputs.source() instanceof SearchSource.TrainedSupernet trained
                ? trained.emission().images().evaluation().digest()
                : null,
            result.accuracy() instanceof JudgedAccuracyPredictor judged
                ? OptionalDouble.of(judged.error().ninetyFifthPercentile())
                : OptionalDouble.empty(),
            result);
    Map<String, BudgetResult> results = new HashMap<>();
    result.budgets().forEach(b -> results.put(b.target().name() + "/" + b.budget().name(), b));
    List<SearchTarget> searched = SearchRun.targets(inputs);
    SortedMap<String, Decided> decided = new TreeMap<>();
    for (int t = 0; t < searched.size(); t++) {
      String name = searched.get(t).name();
      decided.put(
          name,
          decide(
              common,
              inputs.targets().get(t),
              searched.get(t),
              result.outcome().targets().get(t),
              results,
              keys.get(name),
              reasons.get(name)));
    }
    return decided;
  }

  private Decided decide(
      Common common,
      Target target,
      SearchTarget costs,
      TargetResult found,
      Map<String, BudgetResult> results,
      SortedMap<String, String> key,
      List<String> reasons) {
    Optional<TargetState> before = Optional.ofNullable(last.targets().get(target.name()));
    Optional<Tables> tables = before.flatMap(state -> tables(common.space(), target, state));
    SortedMap<String, BudgetState> budgets = new TreeMap<>();
    List<BudgetDrift> drifts = new ArrayList<>();
    for (BudgetAnswer answer : found.answers()) {
      Budget budget = answer.budget();
      Optional<BudgetResult> result =
          Optional.ofNullable(results.get(target.name() + "/" + budget.name()));
      Optional<Deployed> old =
          before.flatMap(
              state ->
                  Optional.ofNullable(state.budgets().get(budget.name()))
                      .flatMap(b -> Optional.ofNullable(b.deployed())));
      Optional<ScoredArchitecture> seen = old.flatMap(d -> seen(common, costs, d));
      Optional<Deployed> candidate = result.flatMap(r -> candidate(common, r));
      Replacement replacement =
          Replacement.decide(
              old.map(d -> incumbent(common, d, seen, budget, result)),
              candidate.map(d -> challenger(common, d, target.name(), budget.name())),
              absence(answer, result),
              config.margins());
      Deployed now =
          switch (replacement.decision()) {
            case NEW, REPLACED -> candidate.orElseThrow();
            case KEPT, CARRIED, BROKEN ->
                seen.map(
                        s ->
                            old.orElseThrow()
                                .seenAgain(s.predictedAccuracy(), costs(s), target.claim().words()))
                    .or(() -> old)
                    .orElse(null);
            case NONE, REFUSED -> null;
          };
      budgets.put(
          budget.name(),
          new BudgetState(
              String.join(", ", budget.constraints().stream().map(Constraint::toString).toList()),
              replacement.decision(),
              replacement.reason(),
              now));
      drifts.add(
          new BudgetDrift(
              budget.name(),
              replacement.decision(),
              replacement.reason(),
              ModelSummary.of(old.orElse(null)),
              ModelSummary.of(now),
              seen.flatMap(s -> tables.map(t -> t.shift(common.space(), s.architecture())))
                  .orElse(null)));
    }
    SortedMap<String, String> searched = new TreeMap<>(key);
    // As it was compiled, should it have changed since it was surveyed.
    searched.put(TargetKey.PROFILE, target.profileDigest());
    TargetState state =
        new TargetState(
            searched, night, found.hypervolume(), found.front().points().size(), budgets);
    return new Decided(
        state,
        new TargetDrift(
            target.name(),
            Fate.SEARCHED,
            reasons,
            before.map(TargetState::hypervolume).orElse(null),
            state.hypervolume(),
            before.map(TargetState::frontPoints).orElse(null),
            state.frontPoints(),
            drifts));
  }

  /** A deployed model as it is predicted tonight; empty where it is none of tonight's space. */
  private static Optional<ScoredArchitecture> seen(
      Common common, SearchTarget costs, Deployed deployed) {
    return deployed.space().equals(common.spaceDigest())
        ? NightSearch.network(common.space(), deployed.code())
            .map(a -> costs.score(a, common.result().accuracy().predict(a)))
        : Optional.empty();
  }

  private Replacement.Incumbent incumbent(
      Common common,
      Deployed old,
      Optional<ScoredArchitecture> seen,
      Budget budget,
      Optional<BudgetResult> result) {
    Optional<String> lost =
        seen.isEmpty()
            ? Optional.of("the search space changed, and it is no network of the new one")
            : old.file() != null && damaged.contains(old.night())
                ? Optional.of("its files in night %s are damaged".formatted(old.night()))
                : Optional.empty();
    List<String> violations = new ArrayList<>();
    seen.ifPresent(
        scored ->
            budget.constraints().forEach(c -> violation(c, scored).ifPresent(violations::add)));
    result.flatMap(r -> refused(r, old)).ifPresent(violations::add);
    return new Replacement.Incumbent(
        old.code(),
        old.file() == null ? "" : old.source(),
        old.measuredAccuracy() == null
            ? new Accuracy.Predicted(
                seen.map(ScoredArchitecture::predictedAccuracy).orElse(old.predictedAccuracy()),
                common.predictorError())
            : new Accuracy.Measured(old.measuredAccuracy(), old.images(), old.imagesDigest()),
        violations,
        lost);
  }

  private Optional<String> violation(Constraint constraint, ScoredArchitecture scored) {
    double value = scored.cost(constraint.quantity());
    double tolerance =
        constraint.quantity() == Quantity.LATENCY ? config.margins().latencyTolerance() : 0;
    return value > constraint.limit() * (1 + tolerance)
        ? Optional.of(
            "%s is %s, and %s is allowed"
                .formatted(
                    constraint.quantity().label(),
                    constraint.quantity().formatAtLeast(value),
                    constraint.quantity().format(constraint.limit())))
        : Optional.empty();
  }

  /** What tonight's verification found wrong with the very model that is deployed. */
  private Optional<String> refused(BudgetResult result, Deployed old) {
    return result.attempts().stream()
        .filter(a -> a.candidate().architecture().toHex().equals(old.code()))
        .filter(
            a ->
                a.verdict() instanceof Verdict.TooSlow
                    || old.source().equals(survey.sourceDigest()))
        .map(a -> a.verdict().reason())
        .filter(reason -> !reason.isEmpty())
        .findFirst();
  }

  private Replacement.Challenger challenger(
      Common common, Deployed found, String target, String budget) {
    return new Replacement.Challenger(
        found.code(),
        found.file() == null ? "" : found.source(),
        found.measuredAccuracy() == null
            ? new Accuracy.Predicted(found.predictedAccuracy(), common.predictorError())
            : new Accuracy.Measured(found.measuredAccuracy(), found.images(), found.imagesDigest()),
        latest.rejected().stream()
            .filter(
                r ->
                    r.target().equals(target)
                        && r.budget().equals(budget)
                        && r.code().equals(found.code())
                        && r.source().equals(found.source()))
            .map(Latest.Rejection::when)
            .findFirst());
  }

  private static Replacement.Absence absence(BudgetAnswer answer, Optional<BudgetResult> result) {
    if (answer instanceof BudgetAnswer.Infeasible infeasible) {
      return new Replacement.Absence(
          Decision.NONE,
          "no architecture has %s; the least possible is %s"
              .formatted(
                  infeasible.binding(),
                  infeasible.binding().quantity().formatAtLeast(infeasible.leastCost())));
    }
    return new Replacement.Absence(
        Decision.REFUSED,
        "no candidate passed verification: "
            + String.join("; ", result.map(BudgetResult::reasons).orElse(List.of())));
  }

  private Optional<Deployed> candidate(Common common, BudgetResult result) {
    if (!common.builds()) {
      return Optional.of(deployed(common, result, result.attempts().get(0)));
    }
    return result.published().map(attempt -> deployed(common, result, attempt));
  }

  private Deployed deployed(Common common, BudgetResult result, Attempt attempt) {
    ScoredArchitecture scored = attempt.candidate();
    Architecture architecture = scored.architecture();
    Optional<EmittedSubnet> emitted = common.builds() ? attempt.emitted() : Optional.empty();
    return new Deployed(
        night,
        architecture.toHex(),
        common.space().format(architecture),
        survey.sourceDigest(),
        common.spaceDigest(),
        scored.predictedAccuracy(),
        emitted.map(EmittedSubnet::measuredAccuracy).orElse(null),
        emitted.map(EmittedSubnet::images).orElse(null),
        common.imagesDigest(),
        emitted.map(EmittedSubnet::logitDifference).orElse(null),
        costs(scored),
        result.target().claim().words(),
        emitted.map(e -> result.folder() + "/model.onnx").orElse(null),
        emitted.map(e -> (long) e.size()).orElse(null),
        emitted.map(EmittedSubnet::digest).orElse(null));
  }

  private static SortedMap<String, Double> costs(ScoredArchitecture scored) {
    SortedMap<String, Double> costs = new TreeMap<>();
    scored.costs().forEach((quantity, cost) -> costs.put(quantity.label(), cost));
    return costs;
  }

  /** Compiled tables of a target, of the night before and of tonight. */
  private record Tables(CostModel before, CostModel after) {
    Shift shift(SearchSpace space, Architecture network) {
      LatencyShift shift = LatencyShift.of(space, network, before, after);
      return new Shift(
          shift.beforeMicros(),
          shift.afterMicros(),
          shift.causes().stream()
              .map(
                  c ->
                      new Cause(
                          c.entry(),
                          c.times(),
                          c.first().micros(),
                          c.second().micros(),
                          c.micros(),
                          Fields.word(c.extent())))
              .toList(),
          shift.otherMicros());
    }
  }

  /** Empty where the profile is the same, or the one before cannot be compared. */
  private Optional<Tables> tables(SearchSpace space, Target target, TargetState before) {
    if (before.profileDigest().equals(target.profileDigest())) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Tables(
              CostModel.compile(
                  space, HardwareProfile.read(storage, store.profile(before.profileDigest()))),
              CostModel.compile(space, survey.targets().get(target.name()).profile().get())));
    } catch (IllegalArgumentException | ArtefactException | InvalidDocumentException e) {
      LOG.warn(
          "{}: the tables of the night before cannot be compared: {}",
          target.name(),
          e.getMessage());
      return Optional.empty();
    }
  }
}
