package dev.espalier.run;

import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.CostSpan;
import dev.espalier.search.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Which budgets every target of a request has. */
public sealed interface BudgetRequest {
  /** The quantities of which there can be a grid: those that are sums. */
  List<Quantity> GRIDS =
      List.of(Quantity.LATENCY, Quantity.MACS, Quantity.PARAMETERS, Quantity.WEIGHT_MEMORY);

  /**
   * The budgets of a target.
   *
   * @param costs what a quantity can be there
   */
  List<Budget> of(Function<Quantity, CostSpan> costs);

  /** The budgets that are the same for every target. */
  List<Budget> stated();

  /**
   * Budgets that the request states; the same for every target.
   *
   * @param budgets at least one, names distinct
   */
  record Listed(List<Budget> budgets) implements BudgetRequest {
    public Listed {
      budgets = List.copyOf(budgets);
      if (budgets.isEmpty()) {
        throw new IllegalArgumentException("a request needs at least one budget");
      }
    }

    @Override
    public List<Budget> of(Function<Quantity, CostSpan> costs) {
      return budgets;
    }

    @Override
    public List<Budget> stated() {
      return budgets;
    }
  }

  /**
   * Budgets in equal ratios between the least and the greatest cost that architectures have on a
   * target, neither of them included; each rounded up, to two digits or as many more as keep them
   * apart, at most six.
   *
   * @param count at least 1
   * @param of one of {@link #GRIDS}
   */
  record Grid(int count, Quantity of) implements BudgetRequest {
    private static final int FEWEST_DIGITS = 2;
    private static final int MOST_DIGITS = 6;

    public Grid {
      if (count < 1) {
        throw new IllegalArgumentException("budgets: a grid of " + count + " is below 1");
      }
      if (!GRIDS.contains(of)) {
        throw new IllegalArgumentException(
            "budgets: no grid of %s; allowed are %s".formatted(of.label(), GRIDS));
      }
    }

    @Override
    public List<Budget> of(Function<Quantity, CostSpan> costs) {
      CostSpan span = costs.apply(of);
      List<Double> limits = List.of();
      for (int digits = FEWEST_DIGITS; digits <= MOST_DIGITS && limits.size() < count; digits++) {
        limits = limits(span, digits);
      }
      Set<String> names = new HashSet<>();
      return limits.stream()
          .map(limit -> Amounts.budget(List.of(new Constraint(of, limit))))
          .filter(budget -> names.add(budget.name()))
          .toList();
    }

    /** Distinct limits; fewer than asked for where least and greatest are close. */
    private List<Double> limits(CostSpan span, int digits) {
      MathContext rounding = new MathContext(digits, RoundingMode.CEILING);
      return IntStream.rangeClosed(1, count)
          .mapToDouble(
              i -> span.least() * Math.pow(span.greatest() / span.least(), i / (count + 1.0)))
          .mapToObj(limit -> new BigDecimal(limit).round(rounding).doubleValue())
          .distinct()
          .toList();
    }

    @Override
    public List<Budget> stated() {
      return List.of();
    }
  }

  /**
   * Several requests together; of budgets of one name the first stays.
   *
   * @param parts at least one
   */
  record Several(List<BudgetRequest> parts) implements BudgetRequest {
    public Several {
      parts = List.copyOf(parts);
    }

    @Override
    public List<Budget> of(Function<Quantity, CostSpan> costs) {
      Set<String> names = new HashSet<>();
      List<Budget> budgets = new ArrayList<>();
      parts.forEach(
          part -> part.of(costs).stream().filter(b -> names.add(b.name())).forEach(budgets::add));
      return budgets;
    }

    @Override
    public List<Budget> stated() {
      return parts.stream().flatMap(part -> part.stated().stream()).toList();
    }
  }
}
