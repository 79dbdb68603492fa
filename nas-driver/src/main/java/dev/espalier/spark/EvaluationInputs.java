package dev.espalier.spark;

import dev.espalier.accuracy.SpaceDefinition;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.Weights;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.FormatDeployment;
import dev.espalier.run.SubnetEmission;

/**
 * What executors need to measure subnets, as it is broadcast: once per executor, however many tasks
 * run there.
 */
final class EvaluationInputs {
  private final SpaceDefinition space;
  private final byte[] safetensors;
  private final EvaluationImages data;

  private transient volatile Loaded loaded;

  /** The supernet as it is used, made once per executor. */
  record Loaded(ElasticNetwork network, Weights weights) {}

  EvaluationInputs(Supernet supernet, EvaluationImages data) {
    this.space = SpaceDefinition.of(supernet.space());
    this.safetensors = Safetensors.write(supernet.weights());
    this.data = data;
  }

  EvaluationImages data() {
    return data;
  }

  /** Makes and runs subnets; one per task, to be closed. */
  SubnetEmission emission() {
    Loaded supernet = loaded();
    return new SubnetEmission(supernet.network, supernet.weights, data);
  }

  /** Writes subnets in further formats; one per task, to be closed. */
  FormatDeployment deployment() {
    Loaded supernet = loaded();
    return new FormatDeployment(supernet.network, supernet.weights, data);
  }

  Loaded loaded() {
    Loaded result = loaded;
    if (result == null) {
      synchronized (this) {
        result = loaded;
        if (result == null) {
          result =
              new Loaded(
                  ElasticNetworks.of(space.space()),
                  Safetensors.read(safetensors, "broadcast supernet"));
          loaded = result;
        }
      }
    }
    return result;
  }
}
