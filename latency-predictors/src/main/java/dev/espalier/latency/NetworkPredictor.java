package dev.espalier.latency;

import dev.espalier.artefact.Json;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.profile.NetworkError;
import dev.espalier.profile.NetworkModel;
import dev.espalier.profile.SumError;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A {@link NetworkLatencyModel} that was judged, and can be saved in a profile. The file holds what
 * was fitted and which networks on, and none of their latencies; what it says after reading equals
 * what it said before, to the last bit. Immutable and thread-safe.
 */
public final class NetworkPredictor implements NetworkModel {
  /** The form of its file; another is refused. */
  public static final String FORMAT = "network-latency-model/2";

  /** Fits that {@link #fit} makes. */
  public static final int FITS = Folds.COUNT + 1;

  private final NetworkLatencyModel model;
  private final Stored stored;

  /** Reads files of {@value #FORMAT}. */
  public static final class Reader implements NetworkModel.Form {
    @Override
    public String format() {
      return FORMAT;
    }

    @Override
    public NetworkModel read(SearchSpace space, String document, byte[] json) {
      return NetworkPredictor.read(space, document, json);
    }
  }

  /**
   * What the file holds.
   *
   * @param family of the space
   * @param features by name, so that others are noticed
   * @param networks of the process, hexadecimal codes
   * @param fitted what {@link NetworkLatencyModel#write} writes, in base 64
   */
  private record Stored(
      String format,
      String family,
      String fittedOn,
      String heldOut,
      SumError error,
      List<String> features,
      List<String> networks,
      String fitted) {}

  private NetworkPredictor(NetworkLatencyModel model, Stored stored) {
    this.model = model;
    this.stored = stored;
  }

  /**
   * Judges fits by keeping out each of {@value Folds#COUNT} groups of networks in turn, then fits
   * on all. {@value #FITS} fits, all but the last on all cores.
   *
   * @param measured at least {@value NetworkLatencyModel#FEWEST} networks, each counted once
   * @param device they were measured on, in words
   * @param progress is told how many fits are done, by whatever thread
   */
  public static NetworkPredictor fit(
      SearchSpace space, NetworkMeasurements measured, String device, IntConsumer progress) {
    List<Architecture> networks = measured.networks();
    long distinct = networks.stream().distinct().count();
    if (distinct < NetworkLatencyModel.FEWEST) {
      throw new IllegalArgumentException(
          "%d measured networks are too few for a model of their own, which needs at least %d: measure more, or adapt known profiles to these with profile adapt"
              .formatted(distinct, NetworkLatencyModel.FEWEST));
    }
    NetworkFeatures features = NetworkFeatures.of(space);
    double[] micros = measured.toMicros();
    Map<Architecture, Integer> folds = Folds.of(networks);
    double[] said = new double[micros.length];
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, Folds.COUNT)
        .parallel()
        .forEach(
            fold -> {
              int[] out =
                  IntStream.range(0, micros.length)
                      .filter(i -> folds.get(networks.get(i)) == fold)
                      .toArray();
              int[] rest =
                  IntStream.range(0, micros.length)
                      .filter(i -> folds.get(networks.get(i)) != fold)
                      .toArray();
              double[] predicted =
                  NetworkLatencyModel.fitAny(
                          features,
                          List.of(),
                          Arrays.stream(rest).mapToObj(networks::get).toList(),
                          Arrays.stream(rest).mapToDouble(i -> micros[i]).toArray())
                      .micros(Arrays.stream(out).mapToObj(networks::get).toList());
              for (int i = 0; i < out.length; i++) {
                said[out[i]] = predicted[i];
              }
              progress.accept(done.incrementAndGet());
            });
    NetworkLatencyModel model = NetworkLatencyModel.fit(features, List.of(), networks, micros);
    progress.accept(FITS);
    return new NetworkPredictor(
        model,
        new Stored(
            FORMAT,
            space.family(),
            "%d measured networks of %s on %s".formatted(distinct, space.family(), device),
            "each fifth of the networks kept out in turn",
            AdditivityCheck.error(said, micros),
            features.names(),
            model.networks().stream().map(Architecture::toHex).toList(),
            Base64.getEncoder().encodeToString(bytes(model))));
  }

  private static byte[] bytes(NetworkLatencyModel model) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      model.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory takes it
    }
    return bytes.toByteArray();
  }

  private static NetworkPredictor read(SearchSpace space, String document, byte[] json) {
    Stored stored = Json.read(json, Stored.class, document);
    NetworkFeatures features = NetworkFeatures.of(space);
    if (!stored.family.equals(space.family()) || !stored.features.equals(features.names())) {
      throw new InvalidDocumentException(
          document,
          List.of(
              "it looks at %d features of %s, and this version at %d of %s: fit the model again"
                  .formatted(
                      stored.features.size(),
                      stored.family,
                      features.names().size(),
                      space.family())));
    }
    byte[] fitted;
    try {
      fitted = Base64.getDecoder().decode(stored.fitted);
    } catch (IllegalArgumentException e) {
      throw new InvalidDocumentException(document, "fitted: " + e.getMessage(), e);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(fitted))) {
      NetworkLatencyModel model =
          NetworkLatencyModel.read(
              features, stored.networks.stream().map(Architecture::ofHex).toList(), in);
      if (in.read() >= 0) {
        throw new IllegalArgumentException("there is more than a model");
      }
      return new NetworkPredictor(model, stored);
    } catch (IOException | RuntimeException e) {
      throw new InvalidDocumentException(
          document, "fitted: no model of %s: %s".formatted(space.family(), e.getMessage()), e);
    }
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String fittedOn() {
    return stored.fittedOn;
  }

  @Override
  public NetworkError error() {
    return new NetworkError(stored.heldOut, stored.error);
  }

  @Override
  public double[] micros(List<Architecture> networks) {
    return model.micros(networks);
  }

  @Override
  public byte[] toJson() {
    return Json.write(stored);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkPredictor p && stored.equals(p.stored);
  }

  @Override
  public int hashCode() {
    return stored.hashCode();
  }

  @Override
  public String toString() {
    return "%s, fitted on %s".formatted(FORMAT, stored.fittedOn);
  }
}
