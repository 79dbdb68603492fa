package dev.espalier.microcontroller;

import java.util.Arrays;
import java.util.List;

/**
 * When the values and scratch areas of a sequence of kernels are alive, and how large they are.
 *
 * <p>A value is alive from the kernel that makes it to the last that reads it, the first one from
 * the start, the last one to the end. It lies inside an input that dies where its kernel may write
 * there ({@link Kernel#replaceable}) and it is no larger.
 */
final class Lifetimes {
  private static final int NOWHERE = -1;

  private final List<Kernel> kernels;
  private final int[] firsts;
  private final int[] lasts;
  private final int[] within;
  private final long[] bytes;
  private final long[] scratch;

  private Lifetimes(List<Kernel> kernels) {
    this.kernels = kernels;
    int values = kernels.size() + 1;
    firsts = new int[values];
    lasts = new int[values];
    within = new int[values];
    bytes = new long[values];
    scratch = new long[kernels.size()];
    Arrays.fill(within, NOWHERE);
  }

  /** Of kernels in their order, on whole maps: O(kernels). */
  static Lifetimes of(List<Kernel> kernels) {
    return of(kernels, PatchRegions.of(kernels, Patches.NONE));
  }

  /**
   * Of kernels in their order, the first of which run for each patch: the image and what patches
   * make together are alive as long as they run, values between them as large as the largest patch
   * needs.
   */
  static Lifetimes of(List<Kernel> kernels, PatchRegions regions) {
    int patched = regions.patches().kernels();
    Lifetimes made = new Lifetimes(kernels);
    made.bytes[0] = KernelMemory.aligned(kernels.get(0).input().elements());
    for (int i = 0; i < kernels.size(); i++) {
      Kernel kernel = kernels.get(i);
      boolean inPatches = i < patched;
      made.firsts[i + 1] = i;
      made.lasts[i + 1] = i;
      made.bytes[i + 1] =
          KernelMemory.aligned(inPatches ? regions.elements(i + 1) : kernel.output().elements());
      made.scratch[i] =
          KernelMemory.aligned(inPatches ? regions.scratchBytes(i) : kernel.scratchBytes());
      for (int value : kernel.reads()) {
        made.lasts[value] = i;
      }
    }
    made.lasts[kernels.size()] = kernels.size() - 1;
    if (patched > 0) {
      made.firsts[patched] = 0;
      made.lasts[0] = patched - 1;
    }
    made.replace(patched);
    return made;
  }

  private void replace(int patched) {
    for (int i = 0; i < kernels.size(); i++) {
      if (i == patched - 1) {
        continue; // what patches make has a place of its own from the start
      }
      for (int value : kernels.get(i).replaceable()) {
        if (within[i + 1] == NOWHERE && lasts[value] == i && bytes[value] >= bytes[i + 1]) {
          within[i + 1] = value;
        }
      }
    }
  }

  List<Kernel> kernels() {
    return kernels;
  }

  /** Number of values, the image among them. */
  int values() {
    return bytes.length;
  }

  /** Bytes of a value, aligned. */
  long bytes(int value) {
    return bytes[value];
  }

  /** Bytes of a kernel's scratch, aligned. */
  long scratch(int kernel) {
    return scratch[kernel];
  }

  /** The kernel before which a value is no longer made; that of the first value is 0. */
  int first(int value) {
    return firsts[value];
  }

  /** The last kernel that needs a value. */
  int last(int value) {
    return lasts[value];
  }

  /** The input inside which a value is written, or -1. */
  int within(int value) {
    return within[value];
  }

  /**
   * How far a value may start behind the start of the input inside which it is written. A depthwise
   * convolution has read all of a channel before it writes the first of it, and what it writes are
   * bytes of that channel as long as channels stay in step; other kernels write from the start on.
   */
  long room(int value) {
    Kernel kernel = kernels.get(value - 1);
    if (kernel.kind() != Kernel.Kind.DEPTHWISE) {
      return 0;
    }
    long step = kernel.output().channels();
    while (step % KernelMemory.ALIGNMENT != 0) {
      step *= 2;
    }
    return (bytes[within[value]] - bytes[value]) / step * step;
  }

  /** Bytes alive while a kernel runs, its scratch among them. */
  long alive(int kernel) {
    long sum = scratch[kernel];
    for (int value = 0; value < bytes.length; value++) {
      boolean inside = within[value] != NOWHERE && firsts[value] == kernel;
      if (firsts[value] <= kernel && kernel <= lasts[value] && !inside) {
        sum += bytes[value];
      }
    }
    return sum;
  }
}
