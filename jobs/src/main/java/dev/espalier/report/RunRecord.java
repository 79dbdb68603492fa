package dev.espalier.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code run.json} says, as far as a report shows it.
 *
 * @param digest of everything in the run that is not a timing
 * @param seed of the search
 * @param source what architectures were drawn from
 * @param testImages digest of the images that models were evaluated on; empty without a supernet
 * @param engine its name
 * @param settings of the engine as asked for, in JSON
 * @param proven what is proven of the answers, in words
 * @param stopped why the engine ended, in words
 * @param evaluations of candidates
 * @param predictorKind of the accuracy predictor
 * @param predictorQuality its error, in words
 * @param versions by name
 * @param profiles by target
 * @param failed targets with the reason
 * @param limits what devices and the request allow each target at most, in words
 * @param space that was searched; empty where the run does not say or its family is not known here
 */
record RunRecord(
    String digest,
    long seed,
    Source source,
    String testImages,
    String engine,
    String settings,
    String proven,
    String stopped,
    long evaluations,
    String predictorKind,
    String predictorQuality,
    SortedMap<String, String> versions,
    SortedMap<String, Profile> profiles,
    SortedMap<String, String> failed,
    SortedMap<String, List<String>> limits,
    Optional<SearchSpace> space) {

  /**
   * What architectures were drawn from.
   *
   * @param kind {@code supernet} or {@code predictor}
   * @param name as the request calls it
   * @param digest of its files
   */
  record Source(String kind, String name, String digest) {}

  /**
   * The hardware profile of a target.
   *
   * @param name of the profile
   * @param digest of its files
   * @param device as its maker names it
   * @param deviceClass as in {@code mobile-gpu}
   * @param runtime with its version
   * @param precision of weights and activations
   * @param claim what a predicted latency claims to be, in words
   * @param provenance of its numbers, in words
   * @param origins of its numbers: measured, emulated, modelled
   */
  record Profile(
      String name,
      String digest,
      String device,
      String deviceClass,
      String runtime,
      String precision,
      String claim,
      String provenance,
      List<String> origins) {
    Profile {
      origins = List.copyOf(origins);
    }

    static Profile of(JsonNode profile) {
      return new Profile(
          text(profile, "profile"),
          text(profile, "digest"),
          text(profile, "device"),
          text(profile, "deviceClass"),
          text(profile, "runtime"),
          text(profile, "precision"),
          text(profile, "latencyClaim"),
          text(profile, "provenance"),
          texts(profile.path("origins")));
    }
  }

  /** Reads a record; what an earlier version did not write yet is empty. */
  static RunRecord of(JsonNode run) {
    JsonNode inputs = run.path("inputs");
    JsonNode search = run.path("search");
    SortedMap<String, String> versions = new TreeMap<>();
    run.path("versions").properties().forEach(e -> versions.put(e.getKey(), e.getValue().asText()));
    SortedMap<String, Profile> profiles = new TreeMap<>();
    inputs
        .path("profiles")
        .properties()
        .forEach(e -> profiles.put(e.getKey(), Profile.of(e.getValue())));
    SortedMap<String, String> failed = new TreeMap<>();
    run.path("failedTargets").forEach(f -> failed.put(text(f, "name"), text(f, "reason")));
    SortedMap<String, List<String>> limits = new TreeMap<>();
    run.path("deviceLimits").properties().forEach(e -> limits.put(e.getKey(), texts(e.getValue())));
    return new RunRecord(
        text(run, "digest"),
        run.path("seed").asLong(),
        source(run.path("request"), inputs),
        text(inputs, "testImages"),
        text(search, "engine"),
        run.path("request").path("engine").path("settings").toString(),
        text(search, "proven"),
        text(search, "stopped"),
        search.path("evaluations").asLong(),
        text(run.path("accuracyPredictor"), "kind"),
        text(run.path("accuracyPredictor"), "quality"),
        versions,
        profiles,
        failed,
        limits,
        space(run.path("space")));
  }

  private static Source source(JsonNode request, JsonNode inputs) {
    String kind = request.has("supernet") ? "supernet" : "predictor";
    return new Source(kind, text(request, kind), text(inputs.path(kind), "digest"));
  }

  private static Optional<SearchSpace> space(JsonNode tree) {
    try {
      return tree.isObject() ? Optional.of(SpaceFamily.space(tree)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // of a family that a user registered where the search ran
    }
  }

  private static String text(JsonNode object, String key) {
    return object.path(key).asText("");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
