package dev.espalier.checkpoint;

import dev.espalier.space.InvertedResidualSpace;
import dev.espalier.space.OfaResNet50;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that OFA's code gives to tensors. The released files differ in how often they repeat
 * {@code conv}, {@code bn} and {@code linear}, and in one module's name, as OFA's classes changed;
 * each spelling is tried.
 */
final class OfaNames {
  /** OFA's module for each of ours, longest of ours first where one begins another. */
  private final Map<String, String> modules;

  private OfaNames(Map<String, String> modules) {
    this.modules = modules;
  }

  /**
   * The names for a space's network.
   *
   * @throws IllegalArgumentException if OFA has no network of its family
   */
  static OfaNames of(SearchSpace space) {
    if (space instanceof InvertedResidualSpace invertedResidual) {
      return invertedResidual(invertedResidual);
    }
    if (space instanceof OfaResNet50 resNet50) {
      return resNet50(resNet50);
    }
    throw new IllegalArgumentException(
        "OFA released no network of family " + space.family() + ": there are no names to read");
  }

  private static OfaNames invertedResidual(InvertedResidualSpace space) {
    Map<String, String> modules = new LinkedHashMap<>();
    modules.put("stem.conv.", "first_conv.conv.");
    modules.put("stem.bn.", "first_conv.bn.");
    modules.put("first.depthwise.", "blocks.0.conv.depth_conv.conv.");
    modules.put("first.depthwise_bn.", "blocks.0.conv.depth_conv.bn.");
    modules.put("first.project.", "blocks.0.conv.point_linear.conv.");
    modules.put("first.project_bn.", "blocks.0.conv.point_linear.bn.");
    for (int i = 0; i < space.blocks().size(); i++) {
      String ours = space.blocks().get(i).name();
      String theirs = "blocks." + (i + 1) + ".conv.";
      modules.put(ours + ".expand.", theirs + "inverted_bottleneck.conv.conv.");
      modules.put(ours + ".expand_bn.", theirs + "inverted_bottleneck.bn.bn.");
      modules.put(ours + ".depthwise.", theirs + "depth_conv.conv.conv.");
      modules.put(ours + ".depthwise_bn.", theirs + "depth_conv.bn.bn.");
      modules.put(ours + ".kernel_", theirs + "depth_conv.conv.");
      modules.put(ours + ".squeeze_reduce.", theirs + "depth_conv.se.fc.reduce.");
      modules.put(ours + ".squeeze_expand.", theirs + "depth_conv.se.fc.expand.");
      modules.put(ours + ".project.", theirs + "point_linear.conv.conv.");
      modules.put(ours + ".project_bn.", theirs + "point_linear.bn.bn.");
    }
    String last =
        space.layout().featureChannels() > 0 ? "final_expand_layer." : "feature_mix_layer.";
    modules.put("final.conv.", last + "conv.");
    modules.put("final.bn.", last + "bn.");
    modules.put("feature.", "feature_mix_layer.conv.");
    modules.put("classifier.", "classifier.linear.");
    return new OfaNames(modules);
  }

  private static OfaNames resNet50(OfaResNet50 space) {
    Map<String, String> modules = new LinkedHashMap<>();
    modules.put("stem.first.", "input_stem.0.conv.conv.");
    modules.put("stem.first_bn.", "input_stem.0.bn.bn.");
    modules.put("stem.middle.", "input_stem.1.conv.conv.conv.");
    modules.put("stem.middle_bn.", "input_stem.1.conv.bn.bn.");
    modules.put("stem.last.", "input_stem.2.conv.conv.");
    modules.put("stem.last_bn.", "input_stem.2.bn.bn.");
    for (int i = 0; i < space.blocks().size(); i++) {
      String ours = space.blocks().get(i).name();
      Map<String, String> parts =
          Map.of("reduce", "conv1", "middle", "conv2", "expand", "conv3", "project", "downsample");
      for (Map.Entry<String, String> part : parts.entrySet()) {
        String theirs = "blocks." + i + "." + part.getValue();
        modules.put(ours + "." + part.getKey() + ".", theirs + ".conv.conv.");
        modules.put(ours + "." + part.getKey() + "_bn.", theirs + ".bn.bn.");
      }
    }
    modules.put("classifier.", "classifier.linear.linear.");
    return new OfaNames(modules);
  }

  /**
   * Every spelling of a tensor's name in OFA's files.
   *
   * @param tensor a name of the network here
   */
  List<String> spellings(String tensor) {
    for (Map.Entry<String, String> module : modules.entrySet()) {
      if (tensor.startsWith(module.getKey())) {
        String rest = tensor.substring(module.getKey().length());
        String matrix = module.getKey().endsWith("_") ? "_matrix" : "";
        return spellingsOf(module.getValue() + rest + matrix);
      }
    }
    throw new IllegalStateException("no name of OFA's for " + tensor);
  }

  private static List<String> spellingsOf(String name) {
    List<String> spellings = new ArrayList<>(List.of(name));
    for (String repeated : List.of(".conv.conv.weight", ".bn.bn.", ".linear.linear.")) {
      int at = name.lastIndexOf(repeated);
      if (at >= 0) {
        spellings.add(name.substring(0, at) + name.substring(repeated.indexOf('.', 1) + at));
      }
    }
    for (String spelling : List.copyOf(spellings)) {
      spellings.add(
          spelling.replaceFirst("^(blocks\\.\\d+)\\.conv\\.", "$1.mobile_inverted_conv."));
    }
    return spellings.stream().distinct().toList();
  }
}
