package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the {@code net.config} that OFA's code (Cai et al., ICLR 2020), and ProxylessNAS's before
 * it, write beside a specialised network: JSON that lists the network's layers. It states no
 * resolution; OFA keeps that as {@code image_size} in {@code run.config}.
 *
 * <p>The file is checked layer by layer against the space. Where it leaves out a key that older
 * code did not know, the default of OFA's layer holds. Expansions follow from {@code mid_channels}
 * where that is given, as in OFA's layers, otherwise from {@code expand_ratio}. Blocks that only
 * pass their input on ({@code ZeroLayer}) are left out. Where two options of a width or an
 * expansion round to the same channels the networks are equal, and the first option is taken, of
 * expansions the stated one.
 */
public final class OfaNetConfig {
  private OfaNetConfig() {}

  /**
   * The architecture that a file states.
   *
   * @param space of one of the families {@code ofa-mobilenetv3}, {@code ofa-proxyless} and {@code
   *     ofa-resnet50}
   * @param resolution input side, in pixels
   * @param source what to call the file in a message, such as its path
   * @throws ArtefactException if the file is not JSON, or its network at that resolution is not one
   *     of the space, naming everything that does not fit: layer, value, values allowed
   * @throws IllegalArgumentException if OFA has no network of the space's family
   */
  public static Architecture read(SearchSpace space, int resolution, byte[] json, String source) {
    OfaLayers layers;
    JsonNode tree = Json.read(json, JsonNode.class, source);
    if (space instanceof InvertedResidualSpace invertedResidual) {
      layers = new InvertedResidualLayers(invertedResidual, tree);
    } else if (space instanceof OfaResNet50 resNet50) {
      layers = new ResNet50Layers(resNet50, tree);
    } else {
      throw new IllegalArgumentException(
          "OFA writes no net.config of family %s: it has networks of ofa-mobilenetv3, ofa-proxyless and ofa-resnet50"
              .formatted(space.family()));
    }
    List<String> problems = new ArrayList<>();
    byte[] code = new byte[space.length()];
    List<String> resolutions = space.decisions().get(0).options();
    int option = resolutions.indexOf(String.valueOf(resolution));
    if (option < 0) {
      problems.add(
          "resolution %d is not in the space, which has %s"
              .formatted(resolution, String.join(", ", resolutions)));
    } else {
      code[0] = (byte) option;
    }
    if (tree.isObject()) {
      layers.read(code, problems);
    } else {
      problems.add("it is not a JSON object: expected the net.config of one network");
    }
    if (!problems.isEmpty()) {
      throw new ArtefactException(
          "%s is no network of this space of family %s; mend these, or name the space that it was found in:\n  %s"
              .formatted(source, space.family(), String.join("\n  ", problems)));
    }
    return space.architecture(code);
  }
}
