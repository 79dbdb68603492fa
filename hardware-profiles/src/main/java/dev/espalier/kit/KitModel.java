package dev.espalier.kit;

import dev.espalier.operator.TensorShape;

/**
 * One model of a kit.
 *
 * @param file its name in the kit's folder; without the ending it is the model's name
 * @param role what it is timed for
 * @param subject an operator's key, an input's shape or an architecture's readable form
 * @param input shape of one image
 * @param sha256 of the file
 */
public record KitModel(
    String file, KitRole role, String subject, TensorShape input, String sha256) {
  /** By which results speak of it: its file without the ending. */
  public String name() {
    return stem(file);
  }

  /** A file's name without folders and without the ending of a model. */
  static String stem(String file) {
    String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = last.lastIndexOf('.');
    return dot < 0 ? last : last.substring(0, dot);
  }
}
