package dev.espalier.sql;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.apache.spark.sql.sources.And;
import org.apache.spark.sql.sources.EqualNullSafe;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.GreaterThan;
import org.apache.spark.sql.sources.GreaterThanOrEqual;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.IsNotNull;
import org.apache.spark.sql.sources.IsNull;
import org.apache.spark.sql.sources.LessThan;
import org.apache.spark.sql.sources.LessThanOrEqual;
import org.apache.spark.sql.sources.Or;
import org.apache.spark.sql.sources.StringStartsWith;

/** Whether a filter can hold for rows some of whose columns all have one known value. */
final class Pruning {
  private Pruning() {}

  /**
   * Says no only where no row can pass.
   *
   * @param constants values by column, null where the column is null
   */
  static boolean mayHold(Filter filter, Map<String, Object> constants) {
    if (filter instanceof And and) {
      return mayHold(and.left(), constants) && mayHold(and.right(), constants);
    }
    if (filter instanceof Or or) {
      return mayHold(or.left(), constants) || mayHold(or.right(), constants);
    }
    String[] references = filter.references();
    if (references.length != 1 || !constants.containsKey(references[0])) {
      return true;
    }
    Object value = constants.get(references[0]);
    if (filter instanceof IsNull) {
      return value == null;
    }
    if (filter instanceof IsNotNull) {
      return value != null;
    }
    if (filter instanceof EqualNullSafe equal) {
      return Objects.equals(value, equal.value());
    }
    if (filter instanceof EqualTo equal) {
      return value != null && value.equals(equal.value());
    }
    if (filter instanceof In in) {
      return value != null && Arrays.asList(in.values()).contains(value);
    }
    if (filter instanceof StringStartsWith starts) {
      return value instanceof String text && text.startsWith(starts.value());
    }
    if (filter instanceof GreaterThan greater) {
      return compared(value, greater.value(), order -> order > 0);
    }
    if (filter instanceof GreaterThanOrEqual greater) {
      return compared(value, greater.value(), order -> order >= 0);
    }
    if (filter instanceof LessThan less) {
      return compared(value, less.value(), order -> order < 0);
    }
    if (filter instanceof LessThanOrEqual less) {
      return compared(value, less.value(), order -> order <= 0);
    }
    return true;
  }

  private static boolean compared(Object value, Object with, IntPredicate holds) {
    if (value == null) {
      return false;
    }
    return !(value instanceof String text && with instanceof String other)
        || holds.test(text.compareTo(other));
  }
}
