package dev.espalier.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetDescription;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.run.EmissionInputs;
import dev.espalier.space.SpaceFamily;
import java.io.Serializable;

/**
 * {@link EmissionInputs} as they travel: in the forms in which they are stored. Put together again
 * once in each JVM. Thread-safe.
 */
final class EmissionShipment implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String SOURCE = "broadcast supernet";

  private final String family;
  private final byte[] space;
  private final byte[] weights;
  private final byte[] dataset;
  private final double mean;
  private final double deviation;
  private final Images calibration;
  private final Images test;
  private transient EmissionInputs inputs;

  /** Pixels and labels of one set. */
  static final class Images implements Serializable {
    private static final long serialVersionUID = 1;

    private final int channels;
    private final int side;
    private final byte[] pixels;
    private final byte[] labels;

    Images(ImageSet set) {
      this.channels = set.channels();
      this.side = set.side();
      this.pixels = set.pixels();
      this.labels = set.labels();
    }

    ImageSet unpack() {
      return new ImageSet(channels, side, pixels, labels);
    }
  }

  EmissionShipment(EmissionInputs inputs) {
    Supernet supernet = inputs.supernet();
    this.family = supernet.space().family();
    this.space = Json.write(SpaceFamily.named(family).definition(supernet.space()));
    this.weights = Safetensors.write(supernet.weights());
    this.dataset = Json.write(supernet.dataset());
    this.mean = inputs.preprocessing().mean();
    this.deviation = inputs.preprocessing().deviation();
    this.calibration = new Images(inputs.calibration());
    this.test = new Images(inputs.test());
  }

  /** What was shipped; the training record, which no task needs, stays at home. */
  synchronized EmissionInputs unpack() {
    if (inputs == null) {
      Supernet supernet =
          Supernet.of(
              ElasticNetworks.of(
                  SpaceFamily.named(family).create(Json.read(space, JsonNode.class, SOURCE))),
              Safetensors.read(weights, SOURCE),
              new SupernetDescription(
                  SOURCE,
                  Json.read(dataset, DatasetDescription.class, SOURCE),
                  NullNode.getInstance()));
      inputs =
          new EmissionInputs(
              supernet, new Preprocessing(mean, deviation), calibration.unpack(), test.unpack());
    }
    return inputs;
  }
}
