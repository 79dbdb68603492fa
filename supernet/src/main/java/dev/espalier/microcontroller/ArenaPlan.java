package dev.espalier.microcontroller;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where every value and every scratch area of a network's kernels lies in one arena ({@link
 * Lifetimes} says when each is alive). Areas alive together do not overlap.
 *
 * <p>Kernel by kernel, each new area is tried at the lowest and at the highest place that is free;
 * a depthwise convolution's result at either end of the input that it replaces. Layouts are kept
 * side by side as long as they differ in what is alive. Where areas are only put at the ends of
 * what is free, a chain of convolutions, inverted residual blocks and bottlenecks leaves one gap in
 * the middle, whole: then the least arena possible, the most that is alive at once ({@link
 * ArenaNeed}), is enough. Other networks may need more (dynamic storage allocation is NP-hard:
 * Garey and Johnson, 1979, SR2); the arena grows until a layout fits. Equal kernels give equal
 * plans.
 *
 * @param offsets of values, by number, in bytes
 * @param scratch offset of each kernel's scratch area, in order; 0 where it has none
 * @param bytes of the arena
 * @param need the most that is alive at once: no plan is smaller
 */
record ArenaPlan(List<Integer> offsets, List<Integer> scratch, int bytes, ArenaNeed need) {
  /** Layouts that are kept side by side. */
  private static final int MOST_LAYOUTS = 256;

  /** An arena that is too small for every layout tried grows by one part in this many. */
  private static final int GROWTH = 64;

  ArenaPlan {
    offsets = List.copyOf(offsets);
    scratch = List.copyOf(scratch);
  }

  /** The plan of a network's kernels, in their order, on whole maps. */
  static ArenaPlan of(List<Kernel> kernels) {
    return of(Lifetimes.of(kernels));
  }

  /** The plan of kernels that are alive so. */
  static ArenaPlan of(Lifetimes lifetimes) {
    ArenaNeed need = ArenaNeed.of(lifetimes);
    long bytes = need.bytes();
    Layout layout = null;
    while ((layout = layout(lifetimes, bytes)) == null) {
      bytes = KernelMemory.aligned(bytes + bytes / GROWTH + 1);
    }
    Integer[] offsets = new Integer[lifetimes.values()];
    Integer[] scratch = new Integer[lifetimes.kernels().size()];
    Arrays.fill(scratch, 0);
    for (Layout each = layout; each != null; each = each.before) {
      each.placed.forEach(
          (area, at) -> {
            if (area < offsets.length) {
              offsets[area] = Math.toIntExact(at);
            } else {
              scratch[area - offsets.length] = Math.toIntExact(at);
            }
          });
    }
    return new ArenaPlan(
        Arrays.asList(offsets), Arrays.asList(scratch), Math.toIntExact(bytes), need);
  }

  /**
   * Where areas lie after some kernels. Values come first in the numbers of areas, then the scratch
   * of each kernel.
   *
   * @param before the layout without the last kernel; null before the first
   * @param alive areas that later kernels need, with their places
   * @param placed those of the last kernel
   */
  private record Layout(Layout before, Map<Integer, Long> alive, Map<Integer, Long> placed) {}

  private static Layout layout(Lifetimes lifetimes, long bytes) {
    List<Layout> layouts = List.of(new Layout(null, Map.of(), Map.of()));
    for (int kernel = 0; kernel < lifetimes.kernels().size(); kernel++) {
      // By what stays alive: of layouts that agree in it the first is as good as any.
      Map<Map<Integer, Long>, Layout> next = new LinkedHashMap<>();
      for (Layout layout : layouts) {
        new Placement(lifetimes, bytes, kernel, layout, next).place(0);
      }
      layouts = next.values().stream().limit(MOST_LAYOUTS).toList();
    }
    return layouts.isEmpty() ? null : layouts.get(0);
  }

  /** Tries the places of what one kernel adds to a layout. */
  private static final class Placement {
    private final Lifetimes lifetimes;
    private final long bytes;
    private final int kernel;
    private final Layout before;
    private final Map<Map<Integer, Long>, Layout> found;
    private final List<Integer> added = new ArrayList<>();
    private final Map<Integer, Long> placed = new LinkedHashMap<>();

    Placement(
        Lifetimes lifetimes,
        long bytes,
        int kernel,
        Layout before,
        Map<Map<Integer, Long>, Layout> found) {
      this.lifetimes = lifetimes;
      this.bytes = bytes;
      this.kernel = kernel;
      this.before = before;
      this.found = found;
      for (int value = 0; value < lifetimes.values(); value++) {
        if (lifetimes.first(value) == kernel) {
          added.add(value);
        }
      }
      if (lifetimes.scratch(kernel) > 0) {
        added.add(lifetimes.values() + kernel);
      }
    }

    private long bytes(int area) {
      int values = lifetimes.values();
      return area < values ? lifetimes.bytes(area) : lifetimes.scratch(area - values);
    }

    void place(int next) {
      if (next == added.size()) {
        Map<Integer, Long> alive = new LinkedHashMap<>(before.alive);
        alive.putAll(placed);
        alive
            .keySet()
            .removeIf(area -> area >= lifetimes.values() || lifetimes.last(area) <= kernel);
        found.putIfAbsent(alive, new Layout(before, alive, new LinkedHashMap<>(placed)));
        return;
      }
      int area = added.get(next);
      for (long at : places(area)) {
        placed.put(area, at);
        place(next + 1);
        placed.remove(area);
      }
    }

    private List<Long> places(int area) {
      int replaced = area < lifetimes.values() ? lifetimes.within(area) : -1;
      if (replaced < 0) {
        return free(bytes(area));
      }
      long at = placed.containsKey(replaced) ? placed.get(replaced) : before.alive.get(replaced);
      long moved = at + lifetimes.room(area);
      return moved == at ? List.of(at) : List.of(at, moved);
    }

    /** The lowest and the highest place where nothing lies. */
    private List<Long> free(long size) {
      List<long[]> held = new ArrayList<>();
      before.alive.forEach((area, at) -> held.add(new long[] {at, at + bytes(area)}));
      placed.forEach((area, at) -> held.add(new long[] {at, at + bytes(area)}));
      held.add(new long[] {bytes, bytes});
      held.sort((a, b) -> Long.compare(a[0], b[0]));
      long lowest = -1;
      long highest = -1;
      long from = 0;
      for (long[] area : held) {
        if (area[0] - from >= size) {
          lowest = lowest < 0 ? from : lowest;
          highest = area[0] - size;
        }
        from = Math.max(from, area[1]);
      }
      return lowest < 0
          ? List.of()
          : lowest == highest ? List.of(lowest) : List.of(lowest, highest);
    }
  }
}
