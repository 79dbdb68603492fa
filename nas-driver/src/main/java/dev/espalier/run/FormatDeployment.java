package dev.espalier.run;

import dev.espalier.dataset.ImageSet;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.deploy.DeploymentCard.FileRun;
import dev.espalier.deploy.DeploymentCard.ModelFile;
import dev.espalier.deploy.EmittedFile;
import dev.espalier.deploy.Emitter;
import dev.espalier.deploy.Extraction;
import dev.espalier.deploy.FloatEmitter;
import dev.espalier.deploy.InexpressibleException;
import dev.espalier.deploy.IntegerEmitter;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.deploy.Predictions;
import dev.espalier.deploy.RunnableModel;
import dev.espalier.graph.Graph;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.memory.ActivationSchedule;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.Architecture;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * Writes verified subnets in further formats, and runs each file on the first evaluation images
 * before it is published. Depends on files alone, never on a clock. One thread; not thread-safe.
 */
public final class FormatDeployment implements AutoCloseable {
  /** Images that each file is run on at most. */
  static final int IMAGES = 500;

  private final ElasticNetwork network;
  private final Weights weights;
  private final EvaluationImages images;
  private final ImageSet evaluation;
  private final TorchNetwork torch;

  /** Loads a supernet into torch. */
  public FormatDeployment(ElasticNetwork network, Weights weights, EvaluationImages images) {
    this.network = network;
    this.weights = weights;
    this.images = images;
    this.evaluation = images.evaluation().slice(0, Math.min(IMAGES, images.evaluation().count()));
    this.torch = new TorchNetwork(network, weights);
  }

  /**
   * What is wanted of a subnet.
   *
   * @param formats as emitters name them
   */
  public record Order(Architecture architecture, List<String> formats) implements Serializable {
    public Order {
      formats = List.copyOf(formats);
    }
  }

  /**
   * One format of a subnet.
   *
   * @param files to publish; none if refused
   * @param described the same, as the card lists them
   * @param refused why nothing is published in this format; null if something is
   */
  public record Outcome(
      String format, List<EmittedFile> files, List<ModelFile> described, String refused)
      implements Serializable {
    public Outcome {
      files = List.copyOf(files);
      described = List.copyOf(described);
    }

    static Outcome refused(String format, String reason) {
      return new Outcome(format, List.of(), List.of(), reason);
    }
  }

  /** What files gave, and who ran them. */
  private record Run(Predictions predictions, DeploymentCard.Runner runner) {}

  /** A subnet's graphs. */
  private final class Subnet {
    private final Graph graph;
    private final Predictions floats;
    private QuantisedGraph quantised;

    Subnet(Architecture architecture) {
      int side = network.input(architecture).side();
      ImageSet calibration = images.calibration();
      this.graph =
          Extraction.extract(
              network,
              weights,
              architecture,
              torch.calibrate(
                  architecture,
                  images.preprocessing().images(calibration, side),
                  calibration.count(),
                  EvaluationImages.CALIBRATION_BATCH));
      OnnxEmitter onnx = new OnnxEmitter();
      this.floats = run(onnx, onnx.files(graph)).predictions;
    }

    private QuantisedGraph quantised() {
      if (quantised == null) {
        quantised = FormatComparison.quantised(graph, images, RangeRule.DEFAULT);
      }
      return quantised;
    }

    private Run run(Emitter emitter, List<EmittedFile> files) {
      int side = graph.input().shape().height();
      try (RunnableModel model = emitter.load(files, 1)) {
        return new Run(
            Predictions.of(model::logits, images.preprocessing(), evaluation, side),
            model.runner());
      }
    }

    private Outcome emit(Emitter emitter) {
      List<EmittedFile> files;
      try {
        files =
            emitter instanceof FloatEmitter writer
                ? writer.files(graph)
                : ((IntegerEmitter) emitter).files(quantised());
      } catch (InexpressibleException e) {
        return Outcome.refused(emitter.format(), e.among(graph, quantised()).getMessage());
      }
      long peakBytes =
          emitter
              .arenaBytes(files)
              .orElseGet(() -> ActivationSchedule.of(graph, emitter.precision()).peakBytes());
      if (emitter.unrunnable().isPresent()) {
        FileRun none = FileRun.unverified(peakBytes, emitter.unrunnable().get());
        return new Outcome(emitter.format(), files, described(emitter, files, none), null);
      }
      FormatRule rule = FormatRule.of(emitter.precision());
      Run made = run(emitter, files);
      Predictions predictions = made.predictions;
      double accuracy = predictions.accuracy(evaluation);
      double loss = floats.accuracy(evaluation) - accuracy;
      Optional<String> refused = rule.refuse(loss, predictions, floats);
      if (refused.isPresent()) {
        return Outcome.refused(emitter.format(), refused.get());
      }
      FileRun run =
          FileRun.of(
              made.runner,
              accuracy,
              evaluation.count(),
              rule.allowedLoss(predictions, floats),
              peakBytes);
      return new Outcome(emitter.format(), files, described(emitter, files, run), null);
    }
  }

  private static List<ModelFile> described(Emitter emitter, List<EmittedFile> files, FileRun run) {
    return files.stream()
        .map(file -> ModelFile.of(emitter, file.name(), file.content(), run))
        .toList();
  }

  /** A subnet in the formats that are wanted, in their order. */
  public List<Outcome> outcomes(Order order) {
    Subnet subnet = new Subnet(order.architecture());
    return order.formats().stream().map(format -> subnet.emit(Emitter.of(format))).toList();
  }

  @Override
  public void close() {
    torch.close();
  }
}
