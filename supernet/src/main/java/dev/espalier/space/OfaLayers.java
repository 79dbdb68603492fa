package dev.espalier.space;

import java.util.List;

/** The layers of a network that a {@code net.config} lists, for one family. */
interface OfaLayers {
  /**
   * Reads all layers.
   *
   * @param code receives the options of all decisions but the resolution; of no use where there is
   *     a problem
   * @param problems receives everything that does not fit
   */
  void read(byte[] code, List<String> problems);
}
