package dev.espalier.profile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A predictor of whole networks of one search space that a profile keeps beside the networks that
 * were measured. Equal models have equal {@linkplain #toJson bytes}. Immutable and thread-safe.
 */
public interface NetworkModel {
  /** The file of a profile that holds its model. */
  String FILE = "network-model.json";

  /** Reads models of one format. Registered in {@code META-INF/services}. */
  interface Form {
    /** Name and version, as the file has it. */
    String format();

    /**
     * Reads what {@link NetworkModel#toJson} wrote.
     *
     * @param document its name in messages, usually its path
     * @throws dev.espalier.artefact.ArtefactException if it is not of this form
     * @throws InvalidDocumentException if it is of another space, or a value is not allowed
     */
    NetworkModel read(SearchSpace space, String document, byte[] json);
  }

  /** Name and version of its form in a file, as in {@code network-latency-model/2}. */
  String format();

  /** What it was fitted on, in words. */
  String fittedOn();

  /** Its error on what was kept out of fits. */
  NetworkError error();

  /**
   * Predicts.
   *
   * @return microseconds of each, above 0, in their order
   */
  double[] micros(List<Architecture> networks);

  /** The content of {@value #FILE}. */
  byte[] toJson();

  /**
   * Reads a model of any registered form.
   *
   * @throws InvalidDocumentException if its format is not known, or as its form says
   */
  static NetworkModel read(SearchSpace space, String document, byte[] json) {
    String format = Json.read(json, JsonNode.class, document).path("format").asText();
    List<String> known = new ArrayList<>();
    for (Form form : ServiceLoader.load(Form.class)) {
      if (form.format().equals(format)) {
        return form.read(space, document, json);
      }
      known.add(form.format());
    }
    throw new InvalidDocumentException(
        document,
        List.of(
            "format: '%s' is not one that this version reads, which are %s: fit the model again"
                .formatted(format, String.join(", ", known))));
  }
}
