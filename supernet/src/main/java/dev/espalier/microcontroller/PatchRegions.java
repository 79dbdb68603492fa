package dev.espalier.microcontroller;

import dev.espalier.operator.TensorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * What the first kernels of a network read and make for each patch: of every value what later
 * kernels of the patch need of it and no more, cut off at the border of the map. Halos of
 * neighbours overlap and are computed for each.
 */
final class PatchRegions {
  private final List<Kernel> kernels;
  private final Patches patches;

  /** Of every patch, row by row: of the values up to the last one that patches make. */
  private final List<List<Region>> values = new ArrayList<>();

  private PatchRegions(List<Kernel> kernels, Patches patches) {
    this.kernels = kernels;
    this.patches = patches;
  }

  /**
   * Rows or columns of a map.
   *
   * @param from the first
   * @param end behind the last
   */
  record Span(int from, int end) {
    int length() {
      return end - from;
    }

    /** One of {@code parts} of a side, as equal as whole positions allow. */
    static Span part(int part, int parts, int side) {
      return new Span(part * side / parts, (part + 1) * side / parts);
    }

    /** What windows read to make this. */
    Span read(Kernel kernel, int side) {
      return new Span(
          Math.max(0, from * kernel.stride() - kernel.padding()),
          Math.min(side, (end - 1) * kernel.stride() - kernel.padding() + kernel.side()));
    }

    Span with(Span other) {
      return new Span(Math.min(from, other.from), Math.max(end, other.end));
    }
  }

  /** A part of a map. */
  record Region(Span rows, Span columns) {
    static Region whole(TensorShape map) {
      return new Region(new Span(0, map.height()), new Span(0, map.width()));
    }

    Region read(Kernel kernel) {
      return new Region(
          rows.read(kernel, kernel.input().height()), columns.read(kernel, kernel.input().width()));
    }

    Region with(Region other) {
      return new Region(rows.with(other.rows), columns.with(other.columns));
    }

    long positions() {
      return (long) rows.length() * columns.length();
    }

    TensorShape of(TensorShape map) {
      return new TensorShape(rows.length(), columns.length(), map.channels());
    }
  }

  /**
   * Of kernels in their order.
   *
   * @throws IllegalArgumentException if some of them need whole maps, or later kernels read what
   *     patches make on the way
   */
  static PatchRegions of(List<Kernel> kernels, Patches patches) {
    PatchRegions made = new PatchRegions(kernels, patches);
    int count = patches.kernels();
    if (count == 0) {
      return made;
    }
    TensorShape output = kernels.get(count - 1).output();
    if (!Patches.ends(kernels, count)
        || !kernels.stream().limit(count).allMatch(Kernel::local)
        || patches.grid() > Math.min(output.height(), output.width())) {
      throw new IllegalArgumentException(
          "kernels up to %s cannot run on %dx%d patches of %s"
              .formatted(kernels.get(count - 1).name(), patches.grid(), patches.grid(), output));
    }
    for (int row = 0; row < patches.grid(); row++) {
      for (int column = 0; column < patches.grid(); column++) {
        made.values.add(
            made.needed(
                new Region(
                    Span.part(row, patches.grid(), output.height()),
                    Span.part(column, patches.grid(), output.width()))));
      }
    }
    return made;
  }

  private List<Region> needed(Region made) {
    int count = patches.kernels();
    Region[] needed = new Region[count + 1];
    needed[count] = made;
    for (int i = count - 1; i >= 0; i--) {
      Kernel kernel = kernels.get(i);
      Region read = needed[i + 1].read(kernel);
      for (int value : kernel.reads()) {
        needed[value] = needed[value] == null ? read : needed[value].with(read);
      }
    }
    return List.of(needed);
  }

  Patches patches() {
    return patches;
  }

  /** Of a value in a patch, what is made of it, where it is no whole map. */
  Region value(int patch, int value) {
    return values.get(patch).get(value);
  }

  /** Where a value lies while patches run: the image and the last one are whole. */
  Region held(int patch, int value) {
    return value == 0
        ? Region.whole(kernels.get(0).input())
        : value == patches.kernels()
            ? Region.whole(kernels.get(value - 1).output())
            : value(patch, value);
  }

  /** What a kernel reads in a patch. */
  Region read(int patch, int kernel) {
    return value(patch, kernel + 1).read(kernels.get(kernel));
  }

  /** Positions that a kernel makes in all patches together. */
  long positions(int kernel) {
    return values.stream().mapToLong(regions -> regions.get(kernel + 1).positions()).sum();
  }

  /** The most elements of a value in any patch. */
  long elements(int value) {
    TensorShape map = value == 0 ? kernels.get(0).input() : kernels.get(value - 1).output();
    long most = 0;
    for (int patch = 0; patch < values.size(); patch++) {
      most = Math.max(most, held(patch, value).positions() * map.channels());
    }
    return most;
  }

  /** The most scratch of a kernel in any patch. */
  long scratchBytes(int kernel) {
    long most = 0;
    for (int patch = 0; patch < values.size(); patch++) {
      TensorShape input = read(patch, kernel).of(kernels.get(kernel).input());
      most = Math.max(most, kernels.get(kernel).patchScratchBytes(input));
    }
    return most;
  }
}
