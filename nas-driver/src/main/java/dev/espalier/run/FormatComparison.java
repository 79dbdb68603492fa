package dev.espalier.run;

import dev.espalier.checkpoint.Supernet;
import dev.espalier.dataset.ImageSet;
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
import dev.espalier.graph.IntegerReference;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.network.TorchNetwork;
import dev.espalier.quantisation.BiasCorrection;
import dev.espalier.quantisation.Calibration;
import dev.espalier.quantisation.Quantiser;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How accurate subnets are in each format, each run from its file, and how far formats agree. Every
 * architecture is calibrated as for deployment; the reference of accuracy is float32 ONNX in ONNX
 * Runtime, that of agreement among integer formats the integer reference.
 */
public final class FormatComparison {
  /** Images that ranges of 8-bit feature maps are chosen on: the first of the calibration split. */
  public static final int RANGE_IMAGES = 200;

  /** Those among them that biases are corrected on. */
  private static final int BIAS_IMAGES = 64;

  private final Supernet supernet;
  private final EvaluationImages images;
  private final RangeRule rule;
  private final Progress progress;

  /** Of one supernet on some images. */
  public FormatComparison(
      Supernet supernet, EvaluationImages images, RangeRule rule, Progress progress) {
    this.supernet = supernet;
    this.images = images;
    this.rule = rule;
    this.progress = progress;
  }

  /**
   * A subnet in one format.
   *
   * @param format as emitters name it, or {@value #REFERENCE}
   * @param accuracy fraction of the images
   * @param loss accuracy of float32 ONNX less this one; negative where this is better
   * @param floatAgreement share of images of the same class as float32 ONNX gives
   * @param integerAgreement share of images of the same class as the integer reference gives;
   *     absent for formats of floats
   */
  public record FormatAccuracy(
      String format,
      double accuracy,
      double loss,
      double floatAgreement,
      Optional<Double> integerAgreement) {
    /** Stands for the integer reference among formats. */
    public static final String REFERENCE = "integer-reference";
  }

  /**
   * A subnet in every format.
   *
   * @param skipped why formats are missing: the machine cannot run them, or they cannot hold the
   *     network
   */
  public record Comparison(
      Architecture architecture, List<FormatAccuracy> formats, List<String> skipped) {
    public Comparison {
      formats = List.copyOf(formats);
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * A graph in 8-bit integers, its ranges chosen and its biases corrected on the first calibration
   * images.
   *
   * @throws IllegalArgumentException without calibration images, or naming what is not finite
   */
  public static QuantisedGraph quantised(Graph graph, EvaluationImages images, RangeRule rule) {
    int count = Math.min(RANGE_IMAGES, images.calibration().count());
    float[] first =
        images
            .preprocessing()
            .images(images.calibration().slice(0, count), graph.input().shape().height());
    QuantisedGraph quantised = Quantiser.quantise(graph, Calibration.of(graph, first, count, rule));
    int some = Math.min(BIAS_IMAGES, count);
    return BiasCorrection.of(
        quantised,
        graph,
        Arrays.copyOf(first, some * Math.toIntExact(graph.input().shape().elements())),
        some);
  }

  /** Compares architectures, in the order given. */
  public List<Comparison> compare(List<Architecture> architectures) {
    List<Comparison> comparisons = new ArrayList<>();
    try (Stage stage =
            progress.begin(
                "running %d subnets in every format".formatted(architectures.size()),
                architectures.size());
        TorchNetwork torch = new TorchNetwork(supernet.network(), supernet.weights())) {
      for (Architecture architecture : architectures) {
        comparisons.add(compare(architecture, torch));
        stage.done(comparisons.size());
      }
    }
    return comparisons;
  }

  private Comparison compare(Architecture architecture, TorchNetwork torch) {
    int side = supernet.network().input(architecture).side();
    ImageSet calibration = images.calibration();
    Graph graph =
        Extraction.extract(
            supernet.network(),
            supernet.weights(),
            architecture,
            torch.calibrate(
                architecture,
                images.preprocessing().images(calibration, side),
                calibration.count(),
                EvaluationImages.CALIBRATION_BATCH));
    QuantisedGraph quantised = quantised(graph, images, rule);
    Predictions reference =
        Predictions.ofThreadSafe(
            new IntegerReference(quantised)::run,
            images.preprocessing(),
            images.evaluation(),
            side);
    Map<String, Predictions> predicted = new LinkedHashMap<>();
    predicted.put(OnnxEmitter.FORMAT, predictions(new OnnxEmitter(), graph, quantised, side));
    List<String> integerFormats = new ArrayList<>(List.of(FormatAccuracy.REFERENCE));
    List<String> skipped = new ArrayList<>();
    for (Emitter emitter : Emitter.all()) {
      if (emitter.unrunnable().isPresent()) {
        skipped.add("%s: %s".formatted(emitter.format(), emitter.unrunnable().get()));
      } else {
        try {
          predicted.computeIfAbsent(
              emitter.format(), f -> predictions(emitter, graph, quantised, side));
          if (emitter instanceof IntegerEmitter) {
            integerFormats.add(emitter.format());
          }
        } catch (InexpressibleException e) {
          skipped.add(e.getMessage());
        }
      }
    }
    predicted.put(FormatAccuracy.REFERENCE, reference);
    Predictions floats = predicted.get(OnnxEmitter.FORMAT);
    double floatAccuracy = floats.accuracy(images.evaluation());
    List<FormatAccuracy> formats = new ArrayList<>();
    predicted.forEach(
        (format, predictions) -> {
          double accuracy = predictions.accuracy(images.evaluation());
          formats.add(
              new FormatAccuracy(
                  format,
                  accuracy,
                  floatAccuracy - accuracy,
                  predictions.agreement(floats),
                  integerFormats.contains(format)
                      ? Optional.of(predictions.agreement(reference))
                      : Optional.empty()));
        });
    return new Comparison(architecture, formats, skipped);
  }

  private Predictions predictions(
      Emitter emitter, Graph graph, QuantisedGraph quantised, int side) {
    List<EmittedFile> files =
        emitter instanceof FloatEmitter floats
            ? floats.files(graph)
            : ((IntegerEmitter) emitter).files(quantised);
    try (RunnableModel model = emitter.load(files, 1)) {
      return Predictions.of(model::logits, images.preprocessing(), images.evaluation(), side);
    }
  }
}
