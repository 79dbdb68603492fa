package dev.espalier.latency;

import dev.espalier.space.NasBench201;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Features of a cell's graph: how often each operation occurs, where, how many sums there are, the
 * longest paths under several prices of operations, and how many operations differ once identities
 * are taken out. Two cells that differ only in the names of the inner nodes have equal features and
 * decisions.
 */
final class CellFeatures implements NetworkFeatures {
  private static final int EDGES = 6;
  private static final int NODES = 4;
  private static final int OUTPUT = NODES - 1;
  private static final int SKIP = 1;
  private static final List<String> OPERATIONS =
      List.of("none", "skip", "conv1x1", "conv3x3", "pool");

  /** Prices of operations under which the longest path is sought. */
  private static final int[][] PRICES = {
    {0, 0, 1, 1, 1},
    {0, 0, 0, 1, 0},
    {0, 0, 1, 3, 1},
    {0, 1, 1, 1, 1},
    {0, 0, 1, 0, 0},
    {0, 0, 0, 0, 1}
  };

  private final List<String> names = makeNames();

  private static List<String> makeNames() {
    List<String> names = new ArrayList<>();
    OPERATIONS.stream().skip(1).forEach(names::add);
    names.add("sums");
    for (int node = 1; node < NODES; node++) {
      names.add("into node " + node);
    }
    for (int node = 0; node < OUTPUT; node++) {
      names.add("out of node " + node);
    }
    for (int[] price : PRICES) {
      names.add("longest path at " + Arrays.toString(price));
    }
    for (int depth = 0; depth < OUTPUT; depth++) {
      for (int operation = 2; operation < OPERATIONS.size(); operation++) {
        names.add(OPERATIONS.get(operation) + " at depth " + depth);
      }
    }
    for (int operation = SKIP; operation < OPERATIONS.size(); operation++) {
      names.add(OPERATIONS.get(operation) + " into the output");
      names.add(OPERATIONS.get(operation) + " of the input");
    }
    names.add("shared maps");
    for (int operation = 2; operation < OPERATIONS.size(); operation++) {
      names.add("distinct " + OPERATIONS.get(operation));
    }
    names.add("terms of the output");
    return List.copyOf(names);
  }

  @Override
  public List<String> names() {
    return names;
  }

  /** The lesser of a code and, where nodes 1 and 2 do not touch, the one with them exchanged. */
  @Override
  public void decisions(byte[] code, byte[] decisions) {
    System.arraycopy(code, 0, decisions, 0, EDGES);
    if (code[2] == 0) {
      byte[] exchanged = {code[1], code[0], 0, code[3], code[5], code[4]};
      if (Arrays.compare(exchanged, code) < 0) {
        System.arraycopy(exchanged, 0, decisions, 0, EDGES);
      }
    }
  }

  @Override
  public void numbers(byte[] code, double[] numbers, int offset) {
    byte[] edges = new byte[EDGES];
    decisions(code, edges);
    int at = offset;
    int[] into = new int[NODES];
    int[] outOf = new int[NODES];
    int[] count = new int[OPERATIONS.size()];
    int[] ofOutput = new int[OPERATIONS.size()];
    int[] ofInput = new int[OPERATIONS.size()];
    for (int edge = 0; edge < EDGES; edge++) {
      int operation = edges[edge];
      count[operation]++;
      if (operation > 0) {
        into[NasBench201.target(edge)]++;
        outOf[NasBench201.source(edge)]++;
      }
      ofOutput[operation] += NasBench201.target(edge) == OUTPUT ? 1 : 0;
      ofInput[operation] += NasBench201.source(edge) == 0 ? 1 : 0;
    }
    for (int operation = SKIP; operation < count.length; operation++) {
      numbers[at++] = count[operation];
    }
    int sumsAt = at++;
    int shared = 0;
    for (int node = 1; node < NODES; node++) {
      numbers[sumsAt] += Math.max(0, into[node] - 1);
      numbers[at++] = into[node];
    }
    for (int node = 0; node < OUTPUT; node++) {
      numbers[at++] = outOf[node];
      shared += Math.max(0, outOf[node] - 1);
    }
    for (int[] price : PRICES) {
      numbers[at++] = longest(edges, price)[OUTPUT];
    }
    int[] depth = longest(edges, PRICES[0]);
    int byDepth = at;
    for (int edge = 0; edge < EDGES; edge++) {
      if (edges[edge] > SKIP) {
        int level = Math.max(0, depth[NasBench201.source(edge)]);
        numbers[byDepth + level * OUTPUT + edges[edge] - 2]++;
      }
    }
    at += OUTPUT * OUTPUT;
    for (int operation = SKIP; operation < count.length; operation++) {
      numbers[at++] = ofOutput[operation];
      numbers[at++] = ofInput[operation];
    }
    numbers[at++] = shared;
    contracted(edges, numbers, at);
  }

  /** The longest path from the input to each node; -1 where there is none. */
  private static int[] longest(byte[] edges, int[] price) {
    int[] longest = {0, -1, -1, -1};
    for (int edge = 0; edge < EDGES; edge++) {
      int source = longest[NasBench201.source(edge)];
      if (edges[edge] > 0 && source >= 0) {
        int target = NasBench201.target(edge);
        longest[target] = Math.max(longest[target], source + price[edges[edge]]);
      }
    }
    return longest;
  }

  /**
   * Distinct operations of each kind, and terms that the output sums, where an identity stands for
   * what it passes on.
   */
  private static void contracted(byte[] edges, double[] numbers, int offset) {
    List<List<String>> values = new ArrayList<>();
    values.add(List.of("x"));
    List<Set<String>> made = new ArrayList<>();
    made.add(Set.of());
    for (int node = 1; node < NODES; node++) {
      List<String> terms = new ArrayList<>();
      Set<String> operations = new HashSet<>();
      for (int edge = 0; edge < EDGES; edge++) {
        int source = NasBench201.source(edge);
        if (NasBench201.target(edge) == node && edges[edge] > 0 && !values.get(source).isEmpty()) {
          operations.addAll(made.get(source));
          if (edges[edge] == SKIP) {
            terms.addAll(values.get(source));
          } else {
            String term = edges[edge] + values.get(source).toString();
            terms.add(term);
            operations.add(term);
          }
        }
      }
      terms.sort(null);
      values.add(terms);
      made.add(operations);
    }
    for (String operation : made.get(OUTPUT)) {
      numbers[offset + operation.charAt(0) - '2']++;
    }
    numbers[offset + OUTPUT] = values.get(OUTPUT).size();
  }
}
