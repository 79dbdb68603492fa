package dev.espalier.space;

import dev.espalier.space.GroupedTerms.Group;
import java.util.List;

/** The largest of a function's terms, read as {@link GroupedTerms} reads their sum. */
final class LargestTerms {
  private final List<Group> groups;

  private LargestTerms(List<Group> groups) {
    this.groups = groups;
  }

  /** Groups the slots' tables; see {@link AdditiveFunction} for their layout. */
  static LargestTerms of(int[][] scopes, int[][] radices, double[][] tables) {
    return new LargestTerms(GroupedTerms.groups(scopes, radices, tables, Math::max));
  }

  double at(byte[] codes, int offset) {
    double largest = 0;
    for (Group group : groups) {
      largest = Math.max(largest, group.entry(codes, offset));
    }
    return largest;
  }

  /**
   * The values of many codes.
   *
   * @param length of a code
   * @param values receives the value of code {@code i} at {@code column + i · columns}
   */
  void at(byte[] codes, int length, int count, double[] values, int column, int columns) {
    for (int i = 0; i < count; i++) {
      values[column + i * columns] = at(codes, i * length);
    }
  }
}
