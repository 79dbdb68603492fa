package dev.espalier.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.document.Fields;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.Optional;

/**
 * What a profile's description says of its networks:
 *
 * <pre>
 * networks:
 *   space: {family: nasbench201, ...}   # its definition
 *   architectures: 9445
 *   sha256: ...                         # of networks.csv
 *   model: {sha256: ...}                # of network-model.json; may be left out
 *   error: {heldOut: ..., ...}          # of modelled rows; may be left out
 * </pre>
 *
 * @param space that the networks are of; null only in a document that was found wrong
 * @param file that holds them
 * @param modelSha256 of the model of the others, where there is one
 * @param error of those that the file says were modelled, where it is known
 */
record NetworksSection(
    SearchSpace space,
    FileDigest file,
    Optional<String> modelSha256,
    Optional<NetworkError> error) {
  static final String COUNT = "architectures";
  private static final String SPACE = "space";
  private static final String ERROR = "error";
  private static final String MODEL = "model";
  private static final String SHA256 = "sha256";

  /**
   * Reads the section; may be used once the document has been found sound.
   *
   * @param yaml the whole document
   */
  static NetworksSection read(Fields fields, byte[] yaml) {
    fields.object(SPACE).ignoreRest(); // the family knows its keys
    FileDigest file = FileDigest.read(fields, COUNT);
    Optional<String> model = fields.optionalObject(MODEL).map(m -> m.text(SHA256));
    Optional<NetworkError> error = fields.optionalObject(ERROR).map(NetworkError::read);
    SearchSpace space = null;
    if (fields.sound()) {
      try {
        space =
            SpaceFamily.space(
                Json.readYaml(yaml, JsonNode.class, HardwareProfile.DESCRIPTION)
                    .path("networks")
                    .path(SPACE));
      } catch (IllegalArgumentException | ArtefactException e) {
        fields.problem(SPACE, e.getMessage());
      }
    }
    return new NetworksSection(space, file, model, error);
  }

  void write(ObjectNode object) {
    object.set(SPACE, SpaceFamily.tree(space));
    file.write(object);
    modelSha256.ifPresent(sha256 -> object.putObject(MODEL).put(SHA256, sha256));
    error.ifPresent(e -> e.write(object.putObject(ERROR)));
  }
}
