package dev.espalier.cost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.Slot;
import dev.espalier.space.SpaceFamily;
import dev.espalier.table.NetworkTable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes of a table of whole networks a function with a term for each slot: one slot that sees every
 * decision has all of the latency, the others have 0.
 */
final class WholeNetworkTerms {
  /** Of a dense array, which has a place for codes that are not canonical too: 128 MiB. */
  static final BigInteger MOST_CODES = BigInteger.valueOf(1L << 24);

  private static final int MOST_SHOWN = 3;

  private final SearchSpace space;
  private final HardwareProfile profile;

  WholeNetworkTerms(SearchSpace space, HardwareProfile profile) {
    this.space = space;
    this.profile = profile;
  }

  /**
   * Puts every network of the space in its place.
   *
   * @param missing of the space's operators
   * @throws IllegalArgumentException if the table is of another space or lacks networks, or the
   *     space has no slot for them
   */
  AdditiveFunction compile(NetworkTable networks, MissingOperators missing) {
    if (!networks.space().equals(space)) {
      refuseOther(networks, missing);
    }
    int place = place();
    if (!networks.complete()) {
      throw lacking(networks);
    }
    return AdditiveFunction.compile(
        space, 0, (slot, code) -> slot == place ? networks.micros(space.architecture(code)) : 0);
  }

  private void refuseOther(NetworkTable networks, MissingOperators missing) {
    String other =
        "the %d networks that profile %s knows are of another space: %s"
            .formatted(networks.size(), profile.name(), difference(networks.space()));
    if (profile.table().size() > 0) {
      missing.throwIfAny(profile, "; " + other);
    }
    throw new IllegalArgumentException(
        other
            + "; and it has no operators: search the space that it knows, or take a profile that has this one");
  }

  /** The two spaces, by what they differ in. */
  private String difference(SearchSpace known) {
    if (!known.family().equals(space.family())) {
      return "of %s, and this one is of %s".formatted(known.family(), space.family());
    }
    ObjectNode knownTree = SpaceFamily.tree(known);
    ObjectNode tree = SpaceFamily.tree(space);
    TreeSet<String> names = new TreeSet<>();
    knownTree.fieldNames().forEachRemaining(names::add);
    tree.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> knownTree.path(name).equals(tree.path(name)));
    return "of %s with %s, and this one has %s"
        .formatted(space.family(), fields(knownTree, names), fields(tree, names));
  }

  private static String fields(ObjectNode tree, TreeSet<String> names) {
    return names.stream()
        .map(name -> name + " " + tree.path(name))
        .collect(Collectors.joining(", "));
  }

  /** The first slot that sees every decision; -1 where there is none. */
  static int place(SearchSpace space) {
    List<Slot> slots = space.slots();
    return IntStream.range(0, slots.size())
        .filter(slot -> slots.get(slot).scope().size() == space.length())
        .findFirst()
        .orElse(-1);
  }

  private int place() {
    int place = place(space);
    if (place < 0) {
      throw new IllegalArgumentException(
          "profile %s knows whole networks of %s, but no part of them depends on all %d decisions, so their latency cannot be told slot by slot: measure its operators"
              .formatted(profile.name(), space.family(), space.length()));
    }
    if (space.codes().compareTo(MOST_CODES) > 0) {
      throw new IllegalArgumentException(
          "profile %s knows whole networks of %s, whose %s codes are more than the %s that can be tabulated: measure its operators, or take options out of the space"
              .formatted(profile.name(), space.family(), space.codes(), MOST_CODES));
    }
    return place;
  }

  private IllegalArgumentException lacking(NetworkTable networks) {
    BigInteger lacking = space.size().subtract(BigInteger.valueOf(networks.size()));
    List<String> shown = new ArrayList<>();
    for (Architecture architecture : networks.missing(MOST_SHOWN)) {
      shown.add("\n  " + space.format(architecture));
    }
    BigInteger more = lacking.subtract(BigInteger.valueOf(shown.size()));
    if (more.signum() > 0) {
      shown.add("\n  and %s more".formatted(more));
    }
    return new IllegalArgumentException(
        "profile %s knows %d of the %s networks of %s, and its operators do not cover them either: measure the %s that are missing, or model them on those that are known%s"
            .formatted(
                profile.name(),
                networks.size(),
                space.size(),
                space.family(),
                lacking,
                String.join("", shown)));
  }
}
