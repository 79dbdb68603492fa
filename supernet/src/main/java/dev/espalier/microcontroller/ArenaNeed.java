package dev.espalier.microcontroller;

import java.util.List;

/**
 * What a sequence of kernels needs of an arena: the most bytes alive while one of them runs, values
 * and scratch. {@link ArenaPlan} lays out arenas of just that size.
 *
 * <p>Between two sequences that follow each other one value alone is alive, so that a network needs
 * what the most demanding of its parts needs.
 *
 * @param bytes alive at once
 * @param kernel that needs them, the first of equals
 */
public record ArenaNeed(long bytes, int kernel) {

  /** The need of kernels in their order: O(kernels²). */
  public static ArenaNeed of(List<Kernel> kernels) {
    if (kernels.isEmpty()) {
      return new ArenaNeed(0, -1);
    }
    return of(Lifetimes.of(kernels));
  }

  static ArenaNeed of(Lifetimes lifetimes) {
    ArenaNeed most = new ArenaNeed(0, 0);
    for (int i = 0; i < lifetimes.kernels().size(); i++) {
      long alive = lifetimes.alive(i);
      most = alive > most.bytes ? new ArenaNeed(alive, i) : most;
    }
    return most;
  }
}
