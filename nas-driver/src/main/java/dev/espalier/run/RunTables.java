package dev.espalier.run;

import static dev.espalier.run.ResultTable.optional;
import static dev.espalier.run.ResultTable.required;

import dev.espalier.cost.LatencyClaim;
import dev.espalier.cost.OperatorCost;
import dev.espalier.run.ResultTable.Column;
import dev.espalier.run.ResultTable.Type;
import dev.espalier.search.Budget;
import dev.espalier.search.BudgetAnswer;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.TargetResult;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The tables of a run: {@code candidates} (every candidate of every budget with its verdict),
 * {@code fronts} (every point of every target's front), {@code selections} (one row for each target
 * and budget, with the proof where it cannot be met), {@code deployments} (one row for each
 * published model) and {@code blocks} (what each slot of each answer adds to its predicted latency,
 * where that is a sum: the rows of an answer, position 0 being what is added once for the network,
 * sum up to it). None holds a measured latency.
 */
final class RunTables {
  /** Rows, of fronts or of blocks, that are made at once. */
  private static final int SECTION = 1 << 16;

  /** What is added once for a network, in place of a slot's name. */
  private static final String OVERHEAD = "overhead";

  private final SearchSpace space;

  RunTables(SearchSpace space) {
    this.space = space;
  }

  /** All five, from an outcome and what verification made of it. */
  List<SectionedTable> of(SearchOutcome outcome, List<BudgetResult> budgets) {
    return List.of(
        SectionedTable.of(candidates(budgets)),
        fronts(outcome),
        SectionedTable.of(selections(outcome, budgets)),
        SectionedTable.of(deployments(budgets)),
        blocks(budgets));
  }

  private static Column[] columns(List<Column> first, Column... last) {
    List<Column> columns = new ArrayList<>(first);
    columns.addAll(List.of(last));
    return columns.toArray(Column[]::new);
  }

  private static List<Column> predicted(Column... first) {
    List<Column> columns = new ArrayList<>(List.of(first));
    columns.add(required("code", Type.TEXT));
    columns.add(required("architecture", Type.TEXT));
    columns.add(required("predicted_accuracy", Type.DOUBLE));
    columns.add(required("predicted_latency_us", Type.DOUBLE));
    columns.add(required("macs", Type.LONG));
    columns.add(required("parameters", Type.LONG));
    columns.add(optional("peak_memory_bytes", Type.LONG));
    columns.add(optional("weight_memory_bytes", Type.LONG));
    return columns;
  }

  private List<Object> predicted(ScoredArchitecture scored, Object... first) {
    List<Object> cells = new ArrayList<>(List.of(first));
    cells.add(scored.architecture().toHex());
    cells.add(space.format(scored.architecture()));
    cells.add(scored.predictedAccuracy());
    cells.add(scored.cost(Quantity.LATENCY));
    cells.add((long) scored.cost(Quantity.MACS));
    cells.add((long) scored.cost(Quantity.PARAMETERS));
    cells.add(whole(scored.costs().get(Quantity.PEAK_MEMORY)));
    cells.add(whole(scored.costs().get(Quantity.WEIGHT_MEMORY)));
    return cells;
  }

  /** Null where it is not known. */
  private static Long whole(Double cost) {
    return cost == null ? null : cost.longValue();
  }

  private ResultTable candidates(List<BudgetResult> budgets) {
    ResultTable table =
        new ResultTable(
            "candidates",
            columns(
                predicted(
                    required("target", Type.TEXT),
                    required("budget", Type.TEXT),
                    required("rank", Type.INTEGER)),
                required("verdict", Type.TEXT),
                optional("reason", Type.TEXT),
                optional("measured_accuracy", Type.DOUBLE),
                optional("logit_difference", Type.DOUBLE)));
    for (BudgetResult budget : budgets) {
      for (Attempt attempt : budget.attempts()) {
        List<Object> cells =
            predicted(
                attempt.candidate(),
                budget.target().name(),
                budget.budget().name(),
                attempt.rank());
        String reason = attempt.verdict().reason();
        cells.add(attempt.verdict().word());
        cells.add(reason.isEmpty() ? null : reason);
        cells.add(attempt.emitted().map(EmittedSubnet::measuredAccuracy).orElse(null));
        cells.add(attempt.emitted().map(EmittedSubnet::logitDifference).orElse(null));
        table.add(cells.toArray());
      }
    }
    return table;
  }

  /** Cut at targets, whatever the number of partitions. */
  private SectionedTable fronts(SearchOutcome outcome) {
    List<Supplier<ResultTable>> sections = new ArrayList<>();
    List<TargetResult> targets = outcome.targets();
    int first = 0;
    int points = 0;
    for (int t = 0; t < targets.size(); t++) {
      points += targets.get(t).front().points().size();
      if (points >= SECTION || t == targets.size() - 1) {
        List<TargetResult> section = targets.subList(first, t + 1);
        sections.add(() -> fronts(section));
        first = t + 1;
        points = 0;
      }
    }
    return new SectionedTable("fronts", sections);
  }

  private ResultTable fronts(List<TargetResult> targets) {
    ResultTable table =
        new ResultTable(
            "fronts",
            columns(predicted(required("target", Type.TEXT), required("position", Type.INTEGER))));
    for (TargetResult target : targets) {
      int position = 1;
      for (ScoredArchitecture point : target.front().points()) {
        table.add(predicted(point, target.target(), position++).toArray());
      }
    }
    return table;
  }

  private static ResultTable selections(SearchOutcome outcome, List<BudgetResult> budgets) {
    ResultTable table =
        new ResultTable(
            "selections",
            required("target", Type.TEXT),
            required("budget", Type.TEXT),
            required("limits", Type.TEXT),
            required("answer", Type.TEXT),
            required("candidates", Type.INTEGER),
            required("tried", Type.INTEGER),
            optional("published_rank", Type.INTEGER),
            optional("published_code", Type.TEXT),
            optional("binding", Type.TEXT),
            optional("least_possible", Type.DOUBLE));
    Iterator<BudgetResult> results = budgets.iterator();
    for (TargetResult target : outcome.targets()) {
      for (BudgetAnswer answer : target.answers()) {
        table.add(
            answer instanceof BudgetAnswer.Infeasible infeasible
                ? infeasible(target.target(), infeasible)
                : selected(results.next()));
      }
    }
    return table;
  }

  private static String limits(Budget budget) {
    return String.join(", ", budget.constraints().stream().map(Object::toString).toList());
  }

  private static Object[] selected(BudgetResult budget) {
    Optional<Attempt> published = budget.published();
    return new Object[] {
      budget.target().name(),
      budget.budget().name(),
      limits(budget.budget()),
      budget.predictedOnly() ? "predicted" : published.isPresent() ? "published" : "refused",
      budget.attempts().size(),
      (int) budget.attempts().stream().filter(a -> a.emitted().isPresent()).count(),
      published.map(Attempt::rank).orElse(null),
      published.map(a -> a.candidate().architecture().toHex()).orElse(null),
      null,
      null
    };
  }

  private static Object[] infeasible(String target, BudgetAnswer.Infeasible answer) {
    return new Object[] {
      target,
      answer.budget().name(),
      limits(answer.budget()),
      "infeasible",
      0,
      0,
      null,
      null,
      answer.binding().toString(),
      answer.leastCost()
    };
  }

  private ResultTable deployments(List<BudgetResult> budgets) {
    ResultTable table =
        new ResultTable(
            "deployments",
            columns(
                predicted(required("target", Type.TEXT), required("budget", Type.TEXT)),
                required("latency_claim", Type.TEXT),
                required("measured_accuracy", Type.DOUBLE),
                required("images", Type.INTEGER),
                required("logit_difference", Type.DOUBLE),
                required("file", Type.TEXT),
                required("bytes", Type.LONG),
                required("sha256", Type.TEXT)));
    for (BudgetResult budget : budgets) {
      budget
          .published()
          .ifPresent(
              attempt -> {
                Target target = budget.target();
                EmittedSubnet emitted = attempt.emitted().orElseThrow();
                List<Object> cells =
                    predicted(attempt.candidate(), target.name(), budget.budget().name());
                cells.add(target.claim().words());
                cells.add(emitted.measuredAccuracy());
                cells.add(emitted.images());
                cells.add(emitted.logitDifference());
                cells.add(budget.folder() + "/" + RunFiles.MODEL);
                cells.add((long) emitted.size());
                cells.add(emitted.digest());
                table.add(cells.toArray());
              });
    }
    return table;
  }

  /** Cut at budgets, whatever the number of partitions. */
  private SectionedTable blocks(List<BudgetResult> budgets) {
    AdditiveFunction macs = OperatorCost.MACS.compile(space);
    int answers = SECTION / (space.slots().size() + 1);
    List<Supplier<ResultTable>> sections = new ArrayList<>();
    for (int first = 0; first == 0 || first < budgets.size(); first += answers) {
      List<BudgetResult> section =
          budgets.subList(first, Math.min(budgets.size(), first + answers));
      sections.add(() -> blocks(section, macs));
    }
    return new SectionedTable("blocks", sections);
  }

  private ResultTable blocks(List<BudgetResult> budgets, AdditiveFunction macs) {
    ResultTable table =
        new ResultTable(
            "blocks",
            required("target", Type.TEXT),
            required("budget", Type.TEXT),
            required("position", Type.INTEGER),
            required("block", Type.TEXT),
            required("macs", Type.LONG),
            required("predicted_latency_us", Type.DOUBLE));
    for (BudgetResult budget : budgets) {
      boolean sum = !(budget.target().claim() instanceof LatencyClaim.WholeNetworks);
      answer(budget)
          .filter(answer -> sum)
          .ifPresent(answer -> addBlocks(table, budget, answer, macs));
    }
    return table;
  }

  /** What a budget is answered with: what was published, or without a supernet the best. */
  private static Optional<ScoredArchitecture> answer(BudgetResult budget) {
    return budget
        .published()
        .or(() -> budget.attempts().stream().filter(a -> budget.predictedOnly()).findFirst())
        .map(Attempt::candidate);
  }

  private void addBlocks(
      ResultTable table, BudgetResult budget, ScoredArchitecture answer, AdditiveFunction macs) {
    AdditiveFunction micros = budget.target().latencyMicros();
    String target = budget.target().name();
    String name = budget.budget().name();
    if (micros.constant() != 0) {
      table.add(target, name, 0, OVERHEAD, 0L, micros.constant());
    }
    List<Double> microsOfSlots = micros.terms(answer.architecture());
    List<Double> macsOfSlots = macs.terms(answer.architecture());
    for (int slot = 0; slot < microsOfSlots.size(); slot++) {
      if (microsOfSlots.get(slot) != 0 || macsOfSlots.get(slot) != 0) { // else it is skipped
        table.add(
            target,
            name,
            slot + 1,
            space.slots().get(slot).name(),
            macsOfSlots.get(slot).longValue(),
            microsOfSlots.get(slot));
      }
    }
  }
}
