package dev.espalier.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.espalier.accuracy.SpaceDefinition;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.Weights;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.FormatDeployment;
import dev.espalier.run.SubnetEmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What executors need to measure subnets, as it is broadcast: once per executor, however many tasks
 * run there. An executor maps the supernet's weights from a file of its own, so that they do not
 * burden its heap; where its disk is full it keeps them there.
 */
final class EvaluationInputs {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationInputs.class);

  private final SpaceDefinition space;
  private final Weights weights;
  private final EvaluationImages data;

  private transient volatile ElasticNetwork network;

  EvaluationInputs(Supernet supernet, EvaluationImages data) {
    this(SpaceDefinition.of(supernet.space()), supernet.weights(), data);
  }

  private EvaluationInputs(SpaceDefinition space, Weights weights, EvaluationImages data) {
    this.space = space;
    this.weights = weights;
    this.data = data;
  }

  EvaluationImages data() {
    return data;
  }

  Weights weights() {
    return weights;
  }

  /** Made once per executor. */
  ElasticNetwork network() {
    ElasticNetwork result = network;
    if (result == null) {
      synchronized (this) {
        result = network;
        if (result == null) {
          result = ElasticNetworks.of(space.space());
          network = result;
        }
      }
    }
    return result;
  }

  /** Makes and runs subnets; one per task, to be closed. */
  SubnetEmission emission() {
    return new SubnetEmission(network(), weights, data);
  }

  /** Writes subnets in further formats; one per task, to be closed. */
  FormatDeployment deployment() {
    return new FormatDeployment(network(), weights, data);
  }

  /** Writes weights as safetensors and maps them where they are read. */
  static final class Form extends Serializer<EvaluationInputs> {
    Form() {
      super(false, true);
    }

    @Override
    public void write(Kryo kryo, Output output, EvaluationInputs inputs) {
      kryo.writeClassAndObject(output, inputs.space);
      kryo.writeClassAndObject(output, inputs.data);
      byte[] file = Safetensors.write(inputs.weights);
      output.writeInt(file.length);
      output.writeBytes(file);
    }

    @Override
    public EvaluationInputs read(Kryo kryo, Input input, Class<EvaluationInputs> type) {
      SpaceDefinition space = (SpaceDefinition) kryo.readClassAndObject(input);
      EvaluationImages data = (EvaluationImages) kryo.readClassAndObject(input);
      return new EvaluationInputs(space, mapped(input.readBytes(input.readInt())), data);
    }

    private static Weights mapped(byte[] content) {
      String source = "broadcast supernet";
      Path file = null;
      try {
        file =
            Files.createTempFile(Path.of(SparkFiles.getRootDirectory()), "weights", ".safetensors");
        Files.write(file, content);
        return Safetensors.map(file, source);
      } catch (IOException e) {
        LOG.warn("weights stay in the heap, since they cannot be mapped: {}", e.toString());
        return Safetensors.read(content, source);
      } finally {
        delete(file);
      }
    }

    /** A mapping does not need its file's name, and leaves nothing behind without it. */
    private static void delete(Path file) {
      try {
        if (file != null) {
          Files.delete(file);
        }
      } catch (IOException e) {
        LOG.warn("{} is left behind: {}", file, e.toString());
      }
    }
  }
}
