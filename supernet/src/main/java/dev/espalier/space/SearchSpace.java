package dev.espalier.space;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A list of decisions and a lowering from an architecture to its operators.
 *
 * <p>Implementations are immutable and thread-safe.
 */
public interface SearchSpace {
  /** The family that made it, as in {@code ofa-mobilenetv3}. */
  String family();

  /** All decisions; an architecture code has one byte for each, in this order. */
  List<Decision> decisions();

  /** The places of the network from input to output; together their scopes cover every decision. */
  List<Slot> slots();

  /**
   * The operators at one slot, in order of execution; empty where the slot is skipped. Depends only
   * on the options at the slot's scope, so any code with those options may be passed.
   *
   * @param slot index into {@link #slots()}
   * @param code one option per decision, canonical or not
   */
  List<Operator> operators(int slot, byte[] code);

  /**
   * The same operators, and what each of them reads: graphs that follow each other, between two of
   * which one feature map alone is alive. Their steps in order are {@link #operators}. Spaces whose
   * operators are no chain say so here.
   *
   * @return empty where that is not known: a space with sums that does not say what they sum
   */
  default Optional<List<SlotGraph>> graphs(int slot, byte[] code) {
    List<Operator> operators = operators(slot, code);
    return operators.stream().anyMatch(o -> o.kind() == OperatorKind.ADD)
        ? Optional.empty()
        : Optional.of(operators.stream().map(SlotGraph::of).toList());
  }

  /** Sets every decision without effect to zero, in place. Idempotent. */
  void canonicalize(byte[] code);

  /** Number of distinct architectures. */
  BigInteger size();

  /** A readable form, as in {@code r28 d3:k7e6,k3e3,k5e4 d1:k3e4 d2:k5e6,k3e6}. */
  String format(Architecture architecture);

  /**
   * Reads the form that {@link #format} writes.
   *
   * @throws IllegalArgumentException naming the part that is wrong and what is allowed there
   */
  Architecture parse(String text);

  /** The subnet with the most computation: the last option of every decision. */
  default Architecture largest() {
    byte[] code = new byte[length()];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) (decisions().get(i).options().size() - 1);
    }
    return Architecture.ofCanonical(code);
  }

  /** The subnet with the least computation: the first option of every decision. */
  default Architecture smallest() {
    return Architecture.ofCanonical(new byte[length()]);
  }

  /**
   * Calls for every combination of the options in a slot's scope, the last decision of the scope
   * fastest. The code holds zero outside the scope, and is reused.
   */
  default void forEachCode(int slot, Consumer<byte[]> action) {
    forEachCode(slots().get(slot).scope(), action);
  }

  private void forEachCode(List<Integer> scope, Consumer<byte[]> action) {
    byte[] code = new byte[length()];
    int i;
    do {
      action.accept(code);
      i = scope.size() - 1;
      while (i >= 0 && ++code[scope.get(i)] == decisions().get(scope.get(i)).options().size()) {
        code[scope.get(i--)] = 0;
      }
    } while (i >= 0);
  }

  /**
   * Calls for every architecture once, ordered by code.
   *
   * <p>Cost: one {@link #canonicalize} for each combination of the options of all decisions, {@link
   * #codes()} in all: only for spaces that can be counted through.
   */
  default void forEachArchitecture(Consumer<Architecture> action) {
    List<Integer> all = IntStream.range(0, length()).boxed().toList();
    byte[] canonical = new byte[length()];
    forEachCode(
        all,
        code -> {
          System.arraycopy(code, 0, canonical, 0, code.length);
          canonicalize(canonical);
          if (Arrays.equals(code, canonical)) {
            action.accept(Architecture.ofCanonical(canonical));
          }
        });
  }

  /** Number of combinations of the options of all decisions, canonical or not. */
  default BigInteger codes() {
    return decisions().stream()
        .map(d -> BigInteger.valueOf(d.options().size()))
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  /** Number of decisions, the length of a code. */
  default int length() {
    return decisions().size();
  }

  /**
   * The architecture of a code.
   *
   * @throws IllegalArgumentException if the length is wrong or an option does not exist
   */
  default Architecture architecture(byte[] code) {
    List<Decision> decisions = decisions();
    if (code.length != decisions.size()) {
      throw new IllegalArgumentException(
          "an architecture code of %s has %d bytes, not %d"
              .formatted(family(), decisions.size(), code.length));
    }
    for (int i = 0; i < code.length; i++) {
      Decision decision = decisions.get(i);
      if (code[i] < 0 || code[i] >= decision.options().size()) {
        throw new IllegalArgumentException(
            "decision %s has no option %d: options are %s"
                .formatted(decision.name(), code[i], decision.options()));
      }
    }
    byte[] canonical = code.clone();
    canonicalize(canonical);
    return Architecture.ofCanonical(canonical);
  }

  /**
   * Draws every decision independently and uniformly (so that active blocks are uniform, as OFA
   * samples; architectures with fewer active decisions are likelier than in a uniform draw over
   * codes).
   */
  default Architecture sample(RandomGenerator random) {
    List<Decision> decisions = decisions();
    byte[] code = new byte[decisions.size()];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) random.nextInt(decisions.get(i).options().size());
    }
    canonicalize(code);
    return Architecture.ofCanonical(code);
  }

  /** All operators from input to output. */
  default List<Operator> lower(Architecture architecture) {
    byte[] code = architecture.toBytes();
    List<Operator> operators = new ArrayList<>();
    for (int slot = 0; slot < slots().size(); slot++) {
      operators.addAll(operators(slot, code));
    }
    return operators;
  }

  /** Multiply-accumulates for one image. */
  default long macs(Architecture architecture) {
    return lower(architecture).stream().mapToLong(Operator::macs).sum();
  }

  /** Trainable parameters. */
  default long parameters(Architecture architecture) {
    return lower(architecture).stream().mapToLong(Operator::parameters).sum();
  }
}
