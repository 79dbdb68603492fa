package dev.espalier.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A value for each of an engine's options: as given, or the default. Immutable; equal if all names
 * and values are.
 */
public final class OptionValues {
  /** Of an engine without options. */
  public static final OptionValues NONE = defaults(List.of());

  private final SortedMap<String, Object> values;

  private OptionValues(SortedMap<String, Object> values) {
    this.values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The default of every option. */
  public static OptionValues defaults(List<EngineOption> options) {
    return builder(options).build();
  }

  /**
   * Begins with the default of every option.
   *
   * @throws IllegalArgumentException if two options have one name
   */
  public static Builder builder(List<EngineOption> options) {
    return new Builder(options);
  }

  /**
   * The value of a {@link EngineOption.Whole}.
   *
   * @throws IllegalArgumentException if there is no such option
   */
  public int whole(String name) {
    return value(name, Integer.class);
  }

  /**
   * The value of a {@link EngineOption.Share}, above 0 and at most 1.
   *
   * @throws IllegalArgumentException if there is no such option
   */
  public double share(String name) {
    return value(name, Double.class);
  }

  /**
   * The value of a {@link EngineOption.Choice}.
   *
   * @throws IllegalArgumentException if there is no such option
   */
  public String word(String name) {
    return value(name, String.class);
  }

  /** Integers, doubles and texts by name, for a record of them; unmodifiable. */
  public SortedMap<String, Object> asMap() {
    return values;
  }

  private <T> T value(String name, Class<T> type) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "no engine option %s with a value of type %s; there are %s"
              .formatted(name, type.getSimpleName(), values));
    }
    return type.cast(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OptionValues that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }

  /** Collects values. Its setters throw an IllegalArgumentException that says what is allowed. */
  public static final class Builder {
    private final Map<String, EngineOption> options = new LinkedHashMap<>();
    private final SortedMap<String, Object> values = new TreeMap<>();

    private Builder(List<EngineOption> given) {
      for (EngineOption option : given) {
        if (options.put(option.name(), option) != null) {
          throw new IllegalArgumentException("two engine options are named " + option.name());
        }
        if (option instanceof EngineOption.Whole whole) {
          whole(whole.name(), whole.byDefault());
        } else if (option instanceof EngineOption.Share share) {
          share(share.name(), share.byDefault());
        } else if (option instanceof EngineOption.Choice choice) {
          word(choice.name(), choice.byDefault());
        }
      }
    }

    /** Sets a {@link EngineOption.Whole}. */
    public Builder whole(String name, int value) {
      option(name, EngineOption.Whole.class).require(value);
      values.put(name, value);
      return this;
    }

    /** Sets a {@link EngineOption.Share}. */
    public Builder share(String name, double value) {
      option(name, EngineOption.Share.class).require(value);
      values.put(name, value);
      return this;
    }

    /** Sets a {@link EngineOption.Choice}. */
    public Builder word(String name, String value) {
      option(name, EngineOption.Choice.class).require(value);
      values.put(name, value);
      return this;
    }

    /** The values. */
    public OptionValues build() {
      return new OptionValues(values);
    }

    private <T extends EngineOption> T option(String name, Class<T> type) {
      EngineOption option = options.get(name);
      if (!type.isInstance(option)) {
        throw new IllegalArgumentException(
            "no engine option %s of kind %s; there are %s"
                .formatted(name, type.getSimpleName(), options.keySet()));
      }
      return type.cast(option);
    }
  }
}
