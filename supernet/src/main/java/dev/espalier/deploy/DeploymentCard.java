package dev.espalier.deploy;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * What a deployment is and how good it is: {@code card.json} beside the model files.
 *
 * <p>What was predicted and what was measured are fields of their own, and neither is ever put in
 * the other's place.
 *
 * @param format version of this file, {@value #FORMAT}
 * @param network the subnet
 * @param supernet where its weights come from
 * @param predictedAccuracy before it was extracted
 * @param measuredAccuracy of the emitted file
 * @param predictedLatency on the target
 * @param measuredLatency of the emitted file; null if the target is not the machine at hand
 * @param agreement of the emitted file with the supernet it was cut from
 * @param preprocessing what the model takes and gives
 * @param files of the deployment
 * @param runner that the measurements were made with
 */
public record DeploymentCard(
    int format,
    Network network,
    Source supernet,
    PredictedAccuracy predictedAccuracy,
    MeasuredAccuracy measuredAccuracy,
    PredictedLatency predictedLatency,
    MeasuredLatency measuredLatency,
    Agreement agreement,
    Preprocessing preprocessing,
    List<ModelFile> files,
    Runner runner) {
  /** The file's name in a deployment. */
  public static final String FILE = "card.json";

  /** The version that {@link #format} must state. */
  public static final int FORMAT = 2;

  /**
   * A subnet.
   *
   * @param family of its space
   * @param architecture readable, as in {@code r28 d3:k7e6,k3e3,k5e4}
   * @param code of the architecture in hexadecimal
   * @param macs multiply-accumulates for one image
   * @param parameters weights and biases, batch norms folded
   */
  public record Network(
      String family, String architecture, String code, long macs, long parameters) {}

  /**
   * A supernet.
   *
   * @param name its name
   * @param digest its SHA-256
   */
  public record Source(String name, String digest) {}

  /**
   * Top-1 accuracy as predicted.
   *
   * @param fraction between 0 and 1, more being better
   * @param meanAbsoluteError of the predictor on architectures it was not fitted on, fraction of 1
   * @param predictor which one, in words
   */
  public record PredictedAccuracy(double fraction, double meanAbsoluteError, String predictor) {}

  /**
   * Top-1 accuracy as measured by running the emitted file.
   *
   * @param fraction between 0 and 1, more being better
   * @param images evaluated
   * @param data which images, in words
   * @param dataDigest their SHA-256
   */
  public record MeasuredAccuracy(double fraction, int images, String data, String dataDigest) {}

  /**
   * Latency of one image as predicted.
   *
   * @param target name of the hardware profile
   * @param micros predicted
   * @param provenance of the profile's numbers, in words: measured, emulated or modelled, where,
   *     when and with which error
   */
  public record PredictedLatency(String target, double micros, String provenance) {}

  /**
   * Latency of one image as measured by running the emitted file.
   *
   * @param medianMicros median over samples
   * @param spreadMicros distance between the first and third quartile
   * @param samples how many
   * @param conditions device, threads, clock and date, in words
   */
  public record MeasuredLatency(
      double medianMicros, double spreadMicros, int samples, String conditions) {}

  /**
   * How far the emitted file's logits are from the elastic network's.
   *
   * @param reference the engine that ran the elastic network, with its version
   * @param largestDifference over all logits, as a fraction of the range of the reference's logits
   * @param images compared
   */
  public record Agreement(String reference, double largestDifference, int images) {}

  /**
   * What the model takes and gives.
   *
   * @param side rows and columns of an image
   * @param channels of an image
   * @param mean per channel, of pixels scaled to 0..1
   * @param deviation per channel; the model takes {@code (pixel / 255 - mean) / deviation},
   *     channels first
   * @param resampling how images get that side, in words
   * @param labels of the logits, in order
   */
  public record Preprocessing(
      int side,
      int channels,
      List<Double> mean,
      List<Double> deviation,
      String resampling,
      List<String> labels) {
    public Preprocessing {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
      labels = List.copyOf(labels);
    }
  }

  /**
   * A file of the deployment.
   *
   * @param name relative to the card
   * @param format as {@link Emitter#format} names it
   * @param version as {@link Emitter#version} states it
   * @param bytes its size
   * @param digest its SHA-256
   * @param run how it ran
   */
  public record ModelFile(
      String name, String format, String version, long bytes, String digest, FileRun run)
      implements Serializable {
    /** Describes one of the files that an emitter wrote. */
    public static ModelFile of(Emitter emitter, String name, byte[] content, FileRun run) {
      return new ModelFile(
          name, emitter.format(), emitter.version(), content.length, Digest.of(content), run);
    }
  }

  /**
   * How a file ran on the machine that published it.
   *
   * @param runner that ran it; null if nothing here can
   * @param accuracy top-1, fraction between 0 and 1, as measured; null if it was not run
   * @param images evaluated; 0 if it was not run
   * @param allowedLoss how much less accurate than float32 ONNX on the same images it may be,
   *     fraction of 1; null for float32 ONNX itself, and if it was not run
   * @param predictedPeakBytes of feature maps for one image, in the file's precision, by the
   *     schedule that search uses; a runtime with another schedule needs more. Of emitted C, its
   *     arena, exactly, kernels' scratch among it
   * @param unverified why it was not run and how to mend that; null if it was
   */
  public record FileRun(
      Runner runner,
      Double accuracy,
      int images,
      Double allowedLoss,
      long predictedPeakBytes,
      String unverified)
      implements Serializable {
    public FileRun {
      if ((runner == null) != (unverified != null)) {
        throw new IllegalArgumentException(
            "a file has a runner, or a reason why nothing ran it: runner %s, reason %s"
                .formatted(runner, unverified));
      }
    }

    /** Of a file that was run. */
    public static FileRun of(
        Runner runner, double accuracy, int images, Double allowedLoss, long peakBytes) {
      return new FileRun(runner, accuracy, images, allowedLoss, peakBytes, null);
    }

    /** Of a file that nothing here can run. */
    public static FileRun unverified(long peakBytes, String reason) {
      return new FileRun(null, null, 0, null, peakBytes, reason);
    }
  }

  /**
   * A program that runs models.
   *
   * @param name as in {@code onnxruntime}
   * @param version as in {@code 1.29.0}
   */
  public record Runner(String name, String version) implements Serializable {}

  public DeploymentCard {
    files = List.copyOf(files);
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "card of format " + format + ": this version knows format " + FORMAT);
    }
    requireFraction("predictedAccuracy", predictedAccuracy.fraction);
    requireFraction("measuredAccuracy", measuredAccuracy.fraction);
    if (!(predictedLatency.micros > 0)
        || (measuredLatency != null && !(measuredLatency.medianMicros > 0))) {
      throw new IllegalArgumentException("latencies must be positive");
    }
  }

  private static void requireFraction(String what, double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException(what + " " + fraction + " is not between 0 and 1");
    }
  }

  /**
   * SHA-256 of the card without what was timed: the same request on the same inputs gives the same
   * digest on any day and any machine.
   */
  public String digest() {
    DeploymentCard untimed =
        new DeploymentCard(
            format,
            network,
            supernet,
            predictedAccuracy,
            measuredAccuracy,
            predictedLatency,
            null,
            agreement,
            preprocessing,
            files,
            runner);
    return Digest.of(Json.write(untimed));
  }

  /** The bytes of {@code card.json}. */
  public byte[] toJson() {
    return Json.write(this);
  }

  /**
   * Reads a deployment's card.
   *
   * @throws dev.espalier.artefact.ArtefactException if there is none, or it is not a card of this
   *     format
   */
  public static DeploymentCard read(Storage storage, Path deployment) {
    return storage.readJson(new Path(deployment, FILE), DeploymentCard.class);
  }
}
