package dev.espalier.importer;

import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One entry of a file while it is read. What is wrong with it is noted with its line; an entry with
 * a problem adds nothing to the table. Not thread-safe.
 */
public final class Entry {
  /**
   * A standard deviation above so many times the mean is no spread of latencies: of positive values
   * it would need one among {@code LARGEST_SPREAD}² + 1 to hold nearly all the time. The widest in
   * published tables is 0.8.
   */
  static final double LARGEST_SPREAD = 5;

  // Java's own parser takes 1d, 0x1p3, NaN and Infinity too.
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");

  private final Readings readings;
  private final SourceFile file;
  private final int line;
  private String run;
  private boolean sound = true;
  private double meanMicros = Double.NaN;
  private OptionalDouble stdMicros = OptionalDouble.empty();
  private OptionalLong samples = OptionalLong.empty();

  Entry(Readings readings, SourceFile file, int line) {
    this.readings = readings;
    this.file = file;
    this.line = line;
    this.run = file.name();
  }

  /** The line where it begins, 1 first. */
  public int line() {
    return line;
  }

  /**
   * Names the run of measurements within the file that it belongs to; otherwise the file is one
   * run. Within a run an operator has one latency; another run may have timed it again.
   */
  public void run(String name) {
    run = file.name() + '\n' + name;
  }

  /** Notes a problem with the entry as a whole. */
  public void problem(String what) {
    sound = false;
    readings.problem(file, line, what);
  }

  /** Refuses it for what was noted as a problem of an entry before. */
  void refuse() {
    sound = false;
  }

  /** Notes that a value is not what is allowed there. */
  public void wrong(Cell cell, String allowed) {
    sound = false;
    readings.problem(
        file, cell.line(), "%s: '%s' is not %s".formatted(cell.name(), cell.text(), allowed));
  }

  /** Whether nothing has been found wrong with it so far. */
  public boolean sound() {
    return sound;
  }

  /** The mean latency: a number above 0. */
  public void mean(Cell cell, LatencyUnit unit) {
    meanMicros = latencyMicros(cell, unit);
  }

  /** A latency in microseconds, above 0 and finite; NaN where a problem was noted. */
  public double latencyMicros(Cell cell, LatencyUnit unit) {
    double micros = unit.toMicros(number(cell));
    if (!(micros > 0) || Double.isInfinite(micros)) {
      wrong(cell, "a latency: a finite number above 0 is needed");
      return Double.NaN;
    }
    return micros;
  }

  /** The standard deviation of the samples: a number of at least 0. */
  public void deviation(Cell cell, LatencyUnit unit) {
    spread(cell, unit.toMicros(number(cell)), "a standard deviation");
  }

  /**
   * The variance of the samples: a number of at least 0.
   *
   * @param unit of latencies; the variance is in its square
   */
  public void variance(Cell cell, LatencyUnit unit) {
    spread(cell, unit.toMicros(Math.sqrt(number(cell))), "a variance");
  }

  private void spread(Cell cell, double micros, String what) {
    if (!(micros >= 0) || Double.isInfinite(micros)) {
      wrong(cell, what + ": a finite number of at least 0 is needed");
    } else {
      stdMicros = OptionalDouble.of(micros + 0.0); // which makes 0 of -0, as written by some
    }
  }

  /** The number of samples that the mean is over: a whole number of at least 1. */
  public void samples(Cell cell) {
    OptionalInt count = whole(cell, 1);
    samples = count.isPresent() ? OptionalLong.of(count.getAsInt()) : OptionalLong.empty();
  }

  /** A whole number of up to nine digits; empty where a problem was noted. */
  public OptionalInt whole(Cell cell, int least) {
    if (WHOLE.matcher(cell.text()).matches()) {
      int value = Integer.parseInt(cell.text());
      if (value >= least) {
        return OptionalInt.of(value);
      }
    }
    wrong(cell, "a whole number from " + least + " to 999999999");
    return OptionalInt.empty();
  }

  private static double number(Cell cell) {
    return NUMBER.matcher(cell.text()).matches() ? Double.parseDouble(cell.text()) : Double.NaN;
  }

  /** A finite number as written, with no unit of its own; NaN where a problem was noted. */
  public double finite(Cell cell) {
    double value = number(cell);
    if (!Double.isFinite(value)) {
      wrong(cell, "a finite number");
      return Double.NaN;
    }
    return value;
  }

  /** Leaves it out of the table, and says so to whoever imports. */
  public void leaveOut(String why) {
    readings.leaveOut(file, line, why);
  }

  /**
   * Adds what was read as the latency of an operator, unless a problem was noted.
   *
   * @param operator makes it, in any precision; an {@link IllegalArgumentException} of it is a
   *     problem of this entry
   */
  public void add(Supplier<Operator> operator) {
    Operator made;
    try {
      made = operator.get();
    } catch (IllegalArgumentException e) {
      problem(e.getMessage());
      return;
    }
    requirePlausible(made);
    if (sound) {
      readings.add(made, new Reading(file, line, run, meanMicros, stdMicros, samples));
    }
  }

  private void requirePlausible(Operator operator) {
    TensorShape expected = output(operator);
    if (!operator.output().equals(expected)) {
      problem(
          "output %s is not what a %s with stride %d makes of input %s, which is %s"
              .formatted(
                  operator.output(),
                  Readings.word(operator.kind()),
                  operator.stride(),
                  operator.input(),
                  expected));
    }
    if (sound && Double.isNaN(meanMicros)) {
      problem("it has no latency");
    }
    if (stdMicros.isPresent() && stdMicros.getAsDouble() > LARGEST_SPREAD * meanMicros) {
      problem(
          "a standard deviation of %s us is more than %s times the mean of %s us: check the unit"
              .formatted(
                  Readings.micros(stdMicros.getAsDouble()),
                  (int) LARGEST_SPREAD,
                  Readings.micros(meanMicros)));
    }
  }

  /** The output of an operator of the same kind, input, stride and number of output channels. */
  private static TensorShape output(Operator operator) {
    return switch (operator.kind()) {
      case CONV, MBCONV, BOTTLENECK ->
          operator.input().convolved(operator.stride(), operator.output().channels());
      case MAX_POOL, AVERAGE_POOL ->
          operator.input().convolved(operator.stride(), operator.input().channels());
      case ADD -> operator.input();
      case GLOBAL_POOL -> new TensorShape(1, 1, operator.input().channels());
      case LINEAR -> new TensorShape(1, 1, operator.output().channels());
    };
  }
}
