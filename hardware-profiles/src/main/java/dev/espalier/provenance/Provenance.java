package dev.espalier.provenance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;

/** Where numbers come from. Implementations are immutable values. */
public sealed interface Provenance permits Measured, Emulated, Modelled {
  /** The mark that entries with this provenance bear. */
  Origin origin();

  /** One sentence for people, beginning with the word of its {@link #origin()}. */
  String words();

  /** Adds its members to an object; {@link #read} turns them into an equal provenance. */
  void write(ObjectNode object);

  /**
   * Reads the members of an origin's object. Problems are noted in {@code fields}; the result may
   * be used once the document has been found sound.
   */
  static Provenance read(Origin origin, Fields fields) {
    return switch (origin) {
      case MEASURED -> Measured.read(fields);
      case EMULATED -> Emulated.read(fields);
      case MODELLED -> Modelled.read(fields);
    };
  }
}
