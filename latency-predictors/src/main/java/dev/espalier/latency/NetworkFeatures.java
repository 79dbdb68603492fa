package dev.espalier.latency;

import dev.espalier.regression.Rows;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.SearchSpace;
import java.util.List;

/** What a latency model looks at in a whole network; the same for every device. */
public interface NetworkFeatures {
  /** Names of the numbers that describe a network, in order. */
  List<String> names();

  /** Writes the decisions in which networks are compared. As long as the space's codes. */
  void decisions(byte[] code, byte[] decisions);

  /**
   * Writes the numbers.
   *
   * @param numbers receives as many as there are names, from {@code offset}
   */
  void numbers(byte[] code, double[] numbers, int offset);

  /** The features for a space: of the graph where its cells have one, of operators otherwise. */
  static NetworkFeatures of(SearchSpace space) {
    return space instanceof NasBench201 ? new CellFeatures() : new OperatorFeatures(space);
  }

  /** Networks as rows without sources. */
  default Rows rows(List<Architecture> networks) {
    return rows(networks, new double[0]);
  }

  /**
   * Networks as rows.
   *
   * @param sources flat, {@code (networks, sources)}: what other devices take for each
   */
  default Rows rows(List<Architecture> networks, double[] sources) {
    int width = networks.get(0).toBytes().length;
    int numbers = names().size();
    byte[] codes = new byte[networks.size() * width];
    double[] features = new double[networks.size() * numbers];
    byte[] decisions = new byte[width];
    for (int i = 0; i < networks.size(); i++) {
      byte[] code = networks.get(i).toBytes();
      decisions(code, decisions);
      System.arraycopy(decisions, 0, codes, i * width, width);
      numbers(code, features, i * numbers);
    }
    return new Rows(networks.size(), codes, features, sources);
  }
}
