package dev.espalier.nightly;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.run.FleetSurvey;
import dev.espalier.run.SearchRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The digests of everything that the answers of one target depend on, by what they are of. */
final class TargetKey {
  /** Of its hardware profile. */
  static final String PROFILE = "profile";

  /** Of the supernet or predictor. */
  static final String SOURCE = "source";

  /** What people call a part that changed. */
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put(PROFILE, "its profile changed");
    WORDS.put(SOURCE, "the supernet or predictor changed");
    WORDS.put("budgets", "the budgets changed");
    WORDS.put("limits", "its own limits changed");
    WORDS.put("engine", "the engine or its settings changed");
    WORDS.put("seed", "the seed changed");
    WORDS.put("candidates", "candidates-per-budget changed");
    WORDS.put("formats", "the formats changed");
    WORDS.put("patches", "what may be run patch by patch changed");
    WORDS.put("versions", "Espalier or what it runs on changed");
  }

  private TargetKey() {}

  /**
   * The key of a target.
   *
   * @param versions of everything whose change could change a result
   */
  static SortedMap<String, String> of(
      SearchRequest request,
      FleetSurvey survey,
      FleetSurvey.Surveyed target,
      SortedMap<String, String> versions) {
    SortedMap<String, String> key = new TreeMap<>();
    key.put(PROFILE, target.profileDigest());
    key.put(SOURCE, survey.sourceDigest());
    key.put("budgets", digest(request.budgets()));
    key.put(
        "limits",
        digest(target.limits().stream().map(c -> c.quantity().label() + " " + c.limit()).toList()));
    key.put(
        "engine",
        digest(
            Map.of(
                "kind", request.engine().kind(), "options", request.engine().options().asMap())));
    key.put("seed", digest(request.seed()));
    key.put("candidates", digest(request.candidatesPerBudget()));
    key.put("formats", digest(request.formats()));
    key.put("patches", digest(request.patches()));
    key.put("versions", digest(versions));
    return key;
  }

  private static String digest(Object value) {
    return Digest.of(Json.write(value));
  }

  /** What changed between two keys, for people; empty where they are equal. */
  static List<String> changes(SortedMap<String, String> before, SortedMap<String, String> now) {
    List<String> changes = new ArrayList<>();
    WORDS.forEach(
        (part, words) -> {
          if (!now.getOrDefault(part, "").equals(before.getOrDefault(part, ""))) {
            changes.add(words);
          }
        });
    return changes;
  }
}
