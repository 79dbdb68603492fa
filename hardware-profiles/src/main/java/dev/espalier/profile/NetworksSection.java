package dev.espalier.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.document.Fields;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;

/**
 * What a profile's description says of its networks:
 *
 * <pre>
 * networks:
 *   space: {family: nasbench201, ...}   # its definition
 *   architectures: 9445
 *   sha256: ...                         # of networks.csv
 * </pre>
 *
 * @param space that the networks are of; null only in a document that was found wrong
 * @param file that holds them
 */
record NetworksSection(SearchSpace space, FileDigest file) {
  static final String COUNT = "architectures";
  private static final String SPACE = "space";

  /**
   * Reads the section; may be used once the document has been found sound.
   *
   * @param yaml the whole document
   */
  static NetworksSection read(Fields fields, byte[] yaml) {
    fields.object(SPACE).ignoreRest(); // the family knows its keys
    FileDigest file = FileDigest.read(fields, COUNT);
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
    return new NetworksSection(space, file);
  }

  void write(ObjectNode object) {
    object.set(SPACE, SpaceFamily.tree(space));
    file.write(object);
  }
}
