package dev.espalier.space;

/**
 * A function of architectures that is the largest of one term per slot, as a peak is.
 *
 * <p>An architecture is within a limit exactly if each of its slots is: engines need no arithmetic
 * to respect one. Immutable and thread-safe.
 */
public final class MaxFunction implements SlotFunction {
  private static final long serialVersionUID = 1;

  private final AdditiveFunction terms;
  private final int length;

  /** Made when first needed, as that of a sum is. */
  private transient volatile LargestTerms largest;

  private MaxFunction(AdditiveFunction terms, int length) {
    this.terms = terms;
    this.length = length;
  }

  /**
   * Tabulates {@code term} over every slot's scope. Codes passed to it hold zero outside the scope.
   *
   * @param term finite and not negative; zero where a slot is skipped
   * @throws IllegalArgumentException naming the slot whose term is anything else
   */
  public static MaxFunction compile(SearchSpace space, AdditiveFunction.SlotTerm term) {
    AdditiveFunction terms =
        AdditiveFunction.compile(
            space,
            0,
            (slot, code) -> {
              double value = term.value(slot, code);
              if (!(value >= 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                    "slot %s has the term %s; the largest is taken of terms from 0 up"
                        .formatted(space.slots().get(slot).name(), value));
              }
              return value;
            });
    return new MaxFunction(terms, space.length());
  }

  @Override
  public int slots() {
    return terms.slots();
  }

  @Override
  public int[] scope(int slot) {
    return terms.scope(slot);
  }

  @Override
  public double term(int slot, byte[] codes, int offset) {
    return terms.term(slot, codes, offset);
  }

  @Override
  public double at(Architecture architecture) {
    return at(architecture.toBytes(), 0);
  }

  @Override
  public double at(byte[] codes, int offset) {
    return largest().at(codes, offset);
  }

  @Override
  public void at(byte[] codes, int count, double[] values, int column, int columns) {
    largest().at(codes, length, count, values, column, columns);
  }

  /** Everything that a slot's term can be, each value once, ascending. */
  public double[] distinctTerms() {
    return terms.distinctTerms();
  }

  private LargestTerms largest() {
    LargestTerms made = largest;
    if (made == null) {
      made = terms.largestTerms();
      largest = made; // two threads may both make it: they make equal ones
    }
    return made;
  }
}
