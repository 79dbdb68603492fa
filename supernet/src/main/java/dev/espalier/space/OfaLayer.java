package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.operator.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One layer of a {@code net.config}, and what about it does not fit. */
final class OfaLayer {
  private static final String ACTIVATION = "act_func";

  private final JsonNode node;
  private final List<String> misfits = new ArrayList<>();

  /** A layer; anything but a JSON object is a misfit. */
  OfaLayer(JsonNode node) {
    this.node = node;
    if (!node.isObject()) {
      misfits.add(node.isMissingNode() ? "is missing" : "is " + shown(node) + ", not a layer");
    }
  }

  /** How OFA's code writes an activation. */
  static String words(Activation activation) {
    return switch (activation) {
      case NONE -> null;
      case RELU -> "relu";
      case RELU6 -> "relu6";
      case H_SWISH -> "h_swish";
    };
  }

  /** What does not fit so far. */
  List<String> misfits() {
    return List.copyOf(misfits);
  }

  /** What does not fit, as one line; empty where all fits. */
  List<String> problems(String place) {
    return misfits.isEmpty() ? List.of() : List.of(place + ": " + String.join(", ", misfits));
  }

  /** Adds a misfit that takes several fields to see. */
  void misfit(String what) {
    misfits.add(what);
  }

  /** A convolution that OFA's class {@code ConvLayer} makes, all but its output channels. */
  static OfaLayer convolution(
      JsonNode node, int kernel, int stride, Activation activation, boolean normalised) {
    OfaLayer layer = new OfaLayer(node);
    layer.requireKeys(
        Set.of("ConvLayer"),
        Set.of("in_channels", "out_channels", "kernel_size", "stride", ACTIVATION),
        Map.of(
            "dilation",
            1,
            "groups",
            1,
            "bias",
            false,
            "has_shuffle",
            false,
            "use_se",
            false,
            "ops_order",
            "weight_bn_act"),
        Set.of("use_bn", "dropout_rate"));
    layer.require("use_bn", true, normalised);
    layer.require("kernel_size", kernel);
    layer.require("stride", stride);
    layer.require(ACTIVATION, words(activation));
    return layer;
  }

  /** The classifier, of OFA's class {@code LinearLayer}. */
  static OfaLayer classifier(JsonNode node, int inputs, int classes) {
    OfaLayer layer = new OfaLayer(node);
    layer.requireKeys(
        Set.of("LinearLayer"),
        Set.of("in_features", "out_features"),
        Map.of("bias", true, "use_bn", false),
        Set.of(ACTIVATION, "dropout_rate", "ops_order"));
    layer.require("in_features", inputs);
    layer.require("out_features", classes);
    if (node.has(ACTIVATION)) {
      layer.require(ACTIVATION, words(Activation.NONE));
    }
    return layer;
  }

  /**
   * Checks the name and the presence of keys.
   *
   * @param needed must be there
   * @param fixed must have these values, or be left out
   * @param free may be there with any value; whatever else is there is a misfit, as to OFA's code
   */
  void requireKeys(Set<String> names, Set<String> needed, Map<String, ?> fixed, Set<String> free) {
    if (!node.isObject()) {
      return;
    }
    if (!names.contains(node.path("name").asText())) {
      misfits.add(
          "name is %s, allowed is %s"
              .formatted(shown(node.path("name")), String.join(" or ", new TreeSet<>(names))));
    }
    for (String key : new TreeSet<>(needed)) {
      if (!node.has(key)) {
        misfits.add(key + " is missing");
      }
    }
    for (String key : new TreeSet<>(fixed.keySet())) {
      if (node.has(key)) {
        require(key, fixed.get(key));
      }
    }
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      String key = property.getKey();
      if (!key.equals("name")
          && !needed.contains(key)
          && !fixed.containsKey(key)
          && !free.contains(key)) {
        misfits.add("unknown key '" + key + "'");
      }
    }
  }

  /** Checks that a key, where it is there, has one value. */
  void require(String key, Object allowed) {
    require(key, Arrays.asList(allowed)); // may be null, which List.of refuses
  }

  /**
   * Checks that a key has one of some values.
   *
   * @return the index of the first that it has; 0 where it has none, which is a misfit, or is not
   *     there
   */
  int require(String key, List<?> allowed) {
    JsonNode found = node.path(key);
    if (found.isMissingNode()) {
      return 0;
    }
    for (int i = 0; i < allowed.size(); i++) {
      if (equal(found, allowed.get(i))) {
        return i;
      }
    }
    misfits.add(
        "%s is %s, allowed is %s"
            .formatted(
                key,
                shown(found),
                allowed.stream()
                    .map(String::valueOf)
                    .distinct()
                    .collect(Collectors.joining(", "))));
    return 0;
  }

  /** The same, where a left out key has the default of OFA's layer. */
  void require(String key, Object ofasDefault, Object allowed) {
    if (node.has(key) || !node.isObject()) {
      require(key, allowed);
    } else if (!ofasDefault.equals(allowed)) {
      misfits.add(
          "%s is left out, which is %s, allowed is %s".formatted(key, ofasDefault, allowed));
    }
  }

  private static boolean equal(JsonNode found, Object allowed) {
    if (allowed instanceof Number number) {
      return found.isNumber() && found.doubleValue() == number.doubleValue();
    }
    return allowed == null ? found.isNull() : found.equals(Json.tree(allowed));
  }

  /** A whole number; empty where it is not there, or is something else. */
  OptionalInt whole(String key) {
    JsonNode found = node.path(key);
    return found.isIntegralNumber() && found.canConvertToInt()
        ? OptionalInt.of(found.intValue())
        : OptionalInt.empty();
  }

  private OptionalDouble number(String key) {
    JsonNode found = node.path(key);
    return found.isNumber() ? OptionalDouble.of(found.doubleValue()) : OptionalDouble.empty();
  }

  /** Whether a key is not there, or null. */
  boolean lacks(String key) {
    return !node.hasNonNull(key);
  }

  /**
   * The option of an expansion: of {@code mid_channels} where they are given, otherwise of {@code
   * expand_ratio}. No option is a misfit.
   *
   * @param ratios of the space
   * @param channels that the space makes of an option
   * @return index of the option, 0 where there is none
   */
  int expansion(List<? extends Number> ratios, IntUnaryOperator channels) {
    if (lacks("mid_channels")) {
      return require("expand_ratio", ratios);
    }
    OptionalInt middle = whole("mid_channels");
    OptionalDouble stated = number("expand_ratio");
    List<Integer> fitting =
        IntStream.range(0, ratios.size())
            .filter(i -> middle.isPresent() && channels.applyAsInt(i) == middle.getAsInt())
            .boxed()
            .toList();
    if (fitting.isEmpty()) {
      misfits.add(
          "mid_channels is %s, allowed is %s"
              .formatted(
                  shown(node.path("mid_channels")),
                  IntStream.range(0, ratios.size())
                      .mapToObj(i -> channels.applyAsInt(i) + " (expansion " + ratios.get(i) + ")")
                      .collect(Collectors.joining(", "))));
      return 0;
    }
    return fitting.stream()
        .filter(i -> stated.isPresent() && ratios.get(i).doubleValue() == stated.getAsDouble())
        .findFirst()
        .orElse(fitting.get(0));
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "missing" : node.toString();
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
