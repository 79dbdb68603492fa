package dev.espalier.latency;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.NetworkError;
import dev.espalier.profile.TableSource;
import dev.espalier.space.SpaceFamily;
import dev.espalier.table.LatencyEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What differs between two profiles: two devices, or one device before and after.
 *
 * @param fields of the descriptions that differ, by name
 * @param onlyFirst operators that only the first has
 * @param onlySecond operators that only the second has
 * @param same number of operators whose entries are equal
 * @param moves operators whose entries differ, the largest factor first
 * @param agreement over the operators that both have; empty where there are too few
 * @param model how models of operators compare; empty where one has none
 * @param networks how whole networks compare, modelled ones among them; empty where neither knows
 *     any
 */
public record ProfileDiff(
    List<Field> fields,
    List<Operator> onlyFirst,
    List<Operator> onlySecond,
    int same,
    List<Move> moves,
    Optional<TableComparison> agreement,
    Optional<ModelDiff> model,
    Optional<NetworkDiff> networks) {
  /** Tables hold thousandths of a microsecond: below that is nothing. */
  private static final double RESOLUTION = 0.001;

  private static final String ABSENT = "(nothing)";

  /** How a difference compares with the standard deviations of the two entries. */
  public enum Extent {
    /** More than both together. */
    BEYOND_SPREAD,
    /** At most both together. */
    WITHIN_SPREAD,
    /** One of them is not known. */
    SPREAD_UNKNOWN
  }

  /**
   * Something that is said of both.
   *
   * @param name as in {@code provenance.measured.date}
   * @param first what the first says
   * @param second what the second says
   */
  public record Field(String name, String first, String second) {}

  /**
   * An operator whose entry differs.
   *
   * @param operator that both have
   * @param first its entry in the first
   * @param second its entry in the second
   */
  public record Move(Operator operator, LatencyEntry first, LatencyEntry second) {
    /** Second over first, from numbers of at least a nanosecond. */
    public double ratio() {
      return Math.max(second.micros(), RESOLUTION) / Math.max(first.micros(), RESOLUTION);
    }

    /** Whether the two are farther apart than they scatter. */
    public Extent extent() {
      return ProfileDiff.extent(first, second);
    }
  }

  /** How the difference of two entries compares with how they scatter. */
  static Extent extent(LatencyEntry first, LatencyEntry second) {
    if (first.stdMicros().isEmpty() || second.stdMicros().isEmpty()) {
      return Extent.SPREAD_UNKNOWN;
    }
    double spread = first.stdMicros().getAsDouble() + second.stdMicros().getAsDouble();
    return Math.abs(second.micros() - first.micros()) > spread
        ? Extent.BEYOND_SPREAD
        : Extent.WITHIN_SPREAD;
  }

  public ProfileDiff {
    fields = List.copyOf(fields);
    onlyFirst = List.copyOf(onlyFirst);
    onlySecond = List.copyOf(onlySecond);
    moves = List.copyOf(moves);
  }

  /** Compares two profiles; names are no difference. */
  public static ProfileDiff of(HardwareProfile first, HardwareProfile second) {
    List<Move> moves = new ArrayList<>();
    int same = 0;
    for (Map.Entry<Operator, LatencyEntry> each : first.table().entries().entrySet()) {
      Optional<LatencyEntry> other = second.table().find(each.getKey());
      if (other.isPresent() && other.get().equals(each.getValue())) {
        same++;
      } else if (other.isPresent()) {
        moves.add(new Move(each.getKey(), each.getValue(), other.get()));
      }
    }
    moves.sort(
        Comparator.<Move>comparingDouble(m -> -Math.abs(Math.log(m.ratio())))
            .thenComparing(m -> m.operator().key()));
    return new ProfileDiff(
        fields(first, second),
        second.table().missing(first.table().entries().keySet()),
        first.table().missing(second.table().entries().keySet()),
        same,
        moves,
        agreement(first, second),
        ModelDiff.of(first, second),
        NetworkDiff.of(first, second));
  }

  /** How many operators moved so far. */
  public long count(Extent extent) {
    return moves.stream().filter(m -> m.extent() == extent).count();
  }

  private static Optional<TableComparison> agreement(
      HardwareProfile first, HardwareProfile second) {
    try {
      return Optional.of(TableComparison.of(first.table(), second.table()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Field> fields(HardwareProfile first, HardwareProfile second) {
    Map<String, String> left = fields(first);
    Map<String, String> right = fields(second);
    TreeSet<String> names = new TreeSet<>(left.keySet());
    names.addAll(right.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(left.get(name), right.get(name)))
        .map(
            name ->
                new Field(name, left.getOrDefault(name, ABSENT), right.getOrDefault(name, ABSENT)))
        .toList();
  }

  private static Map<String, String> fields(HardwareProfile profile) {
    Map<String, String> fields = new TreeMap<>();
    flatten(
        "", Json.readYaml(profile.description().toYaml(), JsonNode.class, profile.name()), fields);
    profile.source().map(TableSource::words).ifPresent(words -> fields.put("source", words));
    profile.additivity().map(Additivity::words).ifPresent(words -> fields.put("sums", words));
    profile
        .table()
        .model()
        .ifPresent(
            model -> {
              fields.put("model.fittedOn", model.fittedOn());
              fields.put("model.geometry", model.geometry().toString());
              fields.put("model.error", model.errors().get(0).words());
            });
    profile
        .networkModel()
        .ifPresent(
            model -> {
              fields.put("networks.model.format", model.format());
              fields.put("networks.model.fittedOn", model.fittedOn());
            });
    profile
        .networkError()
        .map(NetworkError::words)
        .ifPresent(words -> fields.put("networks.error", words));
    profile
        .networks()
        .ifPresent(n -> flatten("networks.space.", SpaceFamily.tree(n.space()), fields));
    return fields;
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> fields) {
    node.properties()
        .forEach(
            member -> {
              String name = prefix + member.getKey();
              if (member.getValue().isObject()) {
                flatten(name + ".", member.getValue(), fields);
              } else {
                fields.put(
                    name,
                    member.getValue().isValueNode()
                        ? member.getValue().asText()
                        : member.getValue().toString());
              }
            });
  }
}
