package dev.espalier.run;

import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.util.ArrayList;
import java.util.List;

/** Which budgets every target of a request has. */
public sealed interface BudgetRequest {
  /**
   * The budgets of a target.
   *
   * @param leastMicros latency of the fastest subnet there, as predicted
   * @param mostMicros latency of the slowest
   */
  List<Budget> of(double leastMicros, double mostMicros);

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
    public List<Budget> of(double leastMicros, double mostMicros) {
      return budgets;
    }
  }

  /**
   * Latency budgets in equal ratios between the fastest and the slowest subnet of a target, neither
   * of them included; each rounded to two digits.
   *
   * @param count at least 1
   */
  record Spread(int count) implements BudgetRequest {
    public Spread {
      if (count < 1) {
        throw new IllegalArgumentException("budgets: " + count + " is below 1");
      }
    }

    @Override
    public List<Budget> of(double leastMicros, double mostMicros) {
      List<Budget> budgets = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        double micros = leastMicros * Math.pow(mostMicros / leastMicros, (double) i / (count + 1));
        double unit = Math.pow(10, Math.floor(Math.log10(micros)) - 1);
        Budget budget =
            Amounts.budget(
                List.of(new Constraint(Quantity.LATENCY, Math.ceil(micros / unit) * unit)));
        // Where fastest and slowest are close, neighbours may round to the same.
        if (budgets.stream().noneMatch(b -> b.name().equals(budget.name()))) {
          budgets.add(budget);
        }
      }
      return budgets;
    }
  }
}
