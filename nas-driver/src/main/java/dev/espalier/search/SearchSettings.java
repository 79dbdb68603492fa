package dev.espalier.search;

import dev.espalier.space.Architecture;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** How a search is run. Immutable; made by {@link #builder()}. */
public final class SearchSettings {
  private final long seed;
  private final int population;
  private final int generations;
  private final int evaluations;
  private final int candidates;
  private final int attempts;
  private final double crossover;
  private final double mutation;
  private final double referenceAccuracy;
  private final Start start;
  private final List<Architecture> warmStart;
  private final int stagnation;
  private final Duration timeLimit;
  private final LongSupplier nanoClock;
  private final OptionValues options;

  /** Where the first population comes from. */
  public enum Start {
    /** Random architectures only. */
    RANDOM("random"),
    /**
     * First the corners of the convex hull of each target's front under the additive accuracy
     * model: found in milliseconds.
     */
    CORNERS("corners"),
    /**
     * First what is optimal and nearly so under the additive accuracy model: the best few of every
     * budget, and some of each target's front.
     */
    EXACT("exact");

    private final String word;

    Start(String word) {
      this.word = word;
    }

    /** As requests write it. */
    public String word() {
      return word;
    }

    /** The constant of a word. */
    static Start of(String word) {
      return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst().orElseThrow();
    }
  }

  private SearchSettings(Builder builder) {
    this.seed = builder.seed;
    this.population = builder.population;
    this.generations = builder.generations;
    this.evaluations = builder.evaluations;
    this.candidates = builder.candidates;
    this.attempts = builder.attempts;
    this.crossover = builder.crossover;
    this.mutation = builder.mutation;
    this.referenceAccuracy = builder.referenceAccuracy;
    this.start = builder.start;
    this.warmStart = builder.warmStart;
    this.stagnation = builder.stagnation;
    this.timeLimit = builder.timeLimit;
    this.nanoClock = builder.nanoClock;
    this.options = builder.options;
  }

  /** The defaults stated at each setter. */
  public static Builder builder() {
    return new Builder();
  }

  /** The run's seed. */
  public long seed() {
    return seed;
  }

  /** Candidates per generation. */
  public int population() {
    return population;
  }

  /** Most generations, the initial one included. */
  public int generations() {
    return generations;
  }

  /** Most candidates scored. */
  public int evaluations() {
    return evaluations;
  }

  /** Most candidates in the answer to a budget. */
  public int candidates() {
    return candidates;
  }

  /** Most proposals for one candidate before it is given up. */
  public int attempts() {
    return attempts;
  }

  /** Probability that a child has two parents. */
  public double crossover() {
    return crossover;
  }

  /** Probability that a decision of a child is redrawn. */
  public double mutation() {
    return mutation;
  }

  /** The accuracy from which hypervolumes are measured, a fraction of 1. */
  public double referenceAccuracy() {
    return referenceAccuracy;
  }

  /** Where the first population comes from, after {@link #warmStart()}. */
  public Start start() {
    return start;
  }

  /** Architectures that the initial population begins with. */
  public List<Architecture> warmStart() {
    return warmStart;
  }

  /** Generations without a gain of hypervolume after which a search stops; 0 for never. */
  public int stagnation() {
    return stagnation;
  }

  /** After so long no generation is begun; zero for any time. */
  public Duration timeLimit() {
    return timeLimit;
  }

  /** Nanoseconds from any beginning, by which {@link #timeLimit()} is kept. */
  LongSupplier nanoClock() {
    return nanoClock;
  }

  /** What an engine has options for and these settings no name. */
  public OptionValues options() {
    return options;
  }

  /** Collects settings. */
  public static final class Builder {
    private long seed;
    private int population = 256;
    private int generations = 1000;
    private int evaluations = 20_000;
    private int candidates = 8;
    private int attempts = 100;
    private double crossover = 0.5;
    private double mutation = 0.1;
    private double referenceAccuracy;
    private Start start = Start.RANDOM;
    private List<Architecture> warmStart = List.of();
    private int stagnation;
    private Duration timeLimit = Duration.ZERO;
    private LongSupplier nanoClock = System::nanoTime;
    private OptionValues options = OptionValues.NONE;

    private Builder() {}

    /** Default 0. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** At least 2; default 256. */
    public Builder population(int value) {
      population = atLeast("population", value, 2);
      return this;
    }

    /** At least 1; default 1000. */
    public Builder generations(int value) {
      generations = atLeast("generations", value, 1);
      return this;
    }

    /** At least 1; default 20,000. */
    public Builder evaluations(int value) {
      evaluations = atLeast("evaluations", value, 1);
      return this;
    }

    /** At least 1; default 8. */
    public Builder candidates(int value) {
      candidates = atLeast("candidates", value, 1);
      return this;
    }

    /** At least 1; default 100. */
    public Builder attempts(int value) {
      attempts = atLeast("attempts", value, 1);
      return this;
    }

    /** Between 0 and 1; default 0.5. */
    public Builder crossover(double value) {
      crossover = fraction("crossover", value);
      return this;
    }

    /** Between 0 and 1; default 0.1, as in OFA's evolutionary search. */
    public Builder mutation(double value) {
      mutation = fraction("mutation", value);
      return this;
    }

    /** Below 1; default 0. */
    public Builder referenceAccuracy(double value) {
      if (!(value < 1) || !Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "referenceAccuracy must be a fraction below 1, found " + value);
      }
      referenceAccuracy = value;
      return this;
    }

    /** Default {@link Start#RANDOM}. */
    public Builder start(Start value) {
      start = value;
      return this;
    }

    /** Distinct architectures of the problem's space; default none. */
    public Builder warmStart(List<Architecture> value) {
      warmStart = List.copyOf(value);
      return this;
    }

    /** At least 0, which is the default: never. */
    public Builder stagnation(int value) {
      stagnation = atLeast("stagnation", value, 0);
      return this;
    }

    /** Not negative; default zero: as long as it takes. */
    public Builder timeLimit(Duration value) {
      if (value.isNegative()) {
        throw new IllegalArgumentException("time limit must not be negative, found " + value);
      }
      timeLimit = value;
      return this;
    }

    /** Default {@link System#nanoTime}. */
    Builder nanoClock(LongSupplier value) {
      nanoClock = value;
      return this;
    }

    /** Of the engine that will search; default none. */
    public Builder options(OptionValues value) {
      options = value;
      return this;
    }

    /** The settings. */
    public SearchSettings build() {
      return new SearchSettings(this);
    }

    private static int atLeast(String name, int value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s must be at least %d, found %d".formatted(name, least, value));
      }
      return value;
    }

    private static double fraction(String name, double value) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException(
            "%s must be a probability between 0 and 1, found %s".formatted(name, value));
      }
      return value;
    }
  }
}
