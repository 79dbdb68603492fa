package dev.espalier.space;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Shortcut;
import java.util.ArrayList;
import java.util.List;

/** Writes net.config files as OFA's code does, from what a space lowers an architecture to. */
public final class OfaNetConfigs {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private OfaNetConfigs() {}

  /** Whose code writes. */
  public enum Writer {
    /** ProxylessNAS, and OFA when its networks were published. */
    OLD,
    /** OFA as it is now. */
    NEW
  }

  /** The net.config of an architecture. */
  public static ObjectNode of(Writer writer, SearchSpace space, Architecture architecture) {
    return space instanceof OfaResNet50 resNet50
        ? resNet50(resNet50, architecture)
        : invertedResidual(writer, (InvertedResidualSpace) space, architecture);
  }

  private static ObjectNode invertedResidual(
      Writer writer, InvertedResidualSpace space, Architecture architecture) {
    List<Operator> operators = space.lower(architecture);
    ObjectNode tree = JSON.objectNode();
    tree.put("name", space instanceof OfaProxyless ? "ProxylessNASNets" : "MobileNetV3");
    tree.putObject("bn").put("momentum", 0.1).put("eps", 1e-5);
    tree.set("first_conv", convolution(writer, operators.get(0)));
    ArrayNode blocks = tree.putArray("blocks");
    List<Integer> ratios = new ArrayList<>(List.of(1));
    for (InvertedResidualSpace.Block block : space.blocks()) {
      if (space.active(block, architecture)) {
        ratios.add(space.expansion(block, architecture));
      }
    }
    for (Operator operator : operators) {
      if (operator.kind() == OperatorKind.MBCONV) {
        blocks.add(block(writer, operator, ratios.get(blocks.size())));
      }
    }
    Operator last = operators.get(1 + blocks.size());
    if (space.layout().featureChannels() > 0) {
      tree.set("final_expand_layer", convolution(writer, last));
      ObjectNode feature = convolution(writer, operators.get(3 + blocks.size()));
      tree.set("feature_mix_layer", feature.put("use_bn", false));
    } else {
      tree.set("feature_mix_layer", convolution(writer, last));
    }
    tree.set("classifier", classifier(operators));
    return tree;
  }

  private static ObjectNode resNet50(OfaResNet50 space, Architecture architecture) {
    ObjectNode tree = JSON.objectNode();
    tree.put("name", "ResNets");
    tree.putObject("bn").put("momentum", 0.1).put("eps", 1e-5);
    ArrayNode stem = tree.putArray("input_stem");
    ArrayNode blocks = tree.putArray("blocks");
    List<Operator> operators = space.lower(architecture);
    for (Operator operator : operators) {
      if (operator.kind() == OperatorKind.CONV) {
        ObjectNode layer = convolution(Writer.NEW, operator);
        if (operator.shortcut() == Shortcut.IDENTITY) {
          ObjectNode residual = JSON.objectNode().put("name", "ResidualBlock");
          residual.set("conv", layer);
          residual.set("shortcut", identity(operator));
          stem.add(residual);
        } else {
          stem.add(layer);
        }
      }
    }
    for (OfaResNet50.Block block : space.blocks()) {
      if (space.active(block, architecture)) {
        blocks
            .addObject()
            .put("name", "ResNetBottleneckBlock")
            .put("in_channels", space.inputChannels(block, architecture))
            .put("out_channels", space.outputChannels(block, architecture))
            .put("kernel_size", 3)
            .put("stride", block.stride())
            .put(
                "expand_ratio",
                space.definition().expansions().get(architecture.option(block.expansionDecision())))
            .put("mid_channels", space.middleChannels(block, architecture))
            .put("act_func", "relu")
            .put("groups", 1)
            .put("downsample_mode", "avgpool_conv");
      }
    }
    tree.set("classifier", classifier(operators));
    return tree;
  }

  private static ObjectNode block(Writer writer, Operator operator, int ratio) {
    boolean old = writer == Writer.OLD;
    ObjectNode block =
        JSON.objectNode().put("name", old ? "MobileInvertedResidualBlock" : "ResidualBlock");
    ObjectNode layer =
        block
            .putObject(old ? "mobile_inverted_conv" : "conv")
            .put("name", old ? "MBInvertedConvLayer" : "MBConvLayer")
            .put("in_channels", operator.input().channels())
            .put("out_channels", operator.output().channels())
            .put("kernel_size", operator.kernel())
            .put("stride", operator.stride())
            .put("expand_ratio", ratio);
    if (!old || operator.activation() != Activation.RELU6) { // ProxylessNAS knew neither
      if (ratio == 1) {
        layer.putNull("mid_channels");
      } else {
        layer.put("mid_channels", operator.expansionChannels());
      }
      layer
          .put("act_func", OfaLayer.words(operator.activation()))
          .put("use_se", operator.squeezeChannels() > 0);
    }
    if (!old) {
      layer.putNull("groups");
    }
    if (operator.shortcut() == Shortcut.IDENTITY) {
      block.set("shortcut", identity(operator));
    } else {
      block.putNull("shortcut");
    }
    return block;
  }

  private static ObjectNode identity(Operator operator) {
    ObjectNode identity = JSON.objectNode().put("name", "IdentityLayer");
    identity.putArray("in_channels").add(operator.input().channels());
    identity.putArray("out_channels").add(operator.output().channels());
    return identity.put("use_bn", false).putNull("act_func").put("dropout_rate", 0);
  }

  private static ObjectNode convolution(Writer writer, Operator operator) {
    ObjectNode layer =
        JSON.objectNode()
            .put("name", "ConvLayer")
            .put("kernel_size", operator.kernel())
            .put("stride", operator.stride())
            .put("dilation", 1)
            .put("groups", 1)
            .put("bias", false)
            .put("has_shuffle", false);
    if (writer == Writer.NEW) {
      layer.put("use_se", false);
    }
    return layer
        .put("in_channels", operator.input().channels())
        .put("out_channels", operator.output().channels())
        .put("use_bn", true)
        .put("act_func", OfaLayer.words(operator.activation()))
        .put("dropout_rate", 0)
        .put("ops_order", "weight_bn_act");
  }

  private static ObjectNode classifier(List<Operator> operators) {
    Operator linear = operators.get(operators.size() - 1);
    return JSON.objectNode()
        .put("name", "LinearLayer")
        .put("in_features", linear.input().channels())
        .put("out_features", linear.output().channels())
        .put("bias", true)
        .put("use_bn", false)
        .putNull("act_func")
        .put("dropout_rate", 0.1)
        .put("ops_order", "weight_bn_act");
  }
}
