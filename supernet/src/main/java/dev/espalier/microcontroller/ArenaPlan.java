package dev.espalier.microcontroller;

import dev.espalier.graph.QuantisedNode.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Where every feature map and every scratch area lies in one arena.
 *
 * <p>A feature map is alive from the step that makes it to the last that uses it, the image from
 * the start, the output to the end; an output may take the place of an input that dies ({@link
 * Step#replaceable}). Buffers alive together do not overlap. The least possible is the largest sum
 * of buffers alive at one step. Packing intervals is NP-hard (Garey and Johnson's dynamic storage
 * allocation), so first-fit runs over several orders, then over seeded random ones, until it meets
 * that bound or a fixed number of tries is spent: equal steps give equal plans.
 *
 * @param offsets of feature maps, by name, in bytes
 * @param scratch offset of each step's scratch area, in order; 0 where it has none
 * @param bytes of the arena
 * @param leastBytes the largest sum of buffers alive at one step: no plan is smaller
 * @param binding output of the first step with that sum
 */
record ArenaPlan(
    Map<String, Integer> offsets,
    List<Integer> scratch,
    int bytes,
    int leastBytes,
    String binding) {
  private static final int RANDOM_ORDERS = 2_000;

  ArenaPlan {
    offsets = Collections.unmodifiableMap(new LinkedHashMap<>(offsets));
    scratch = List.copyOf(scratch);
  }

  /** Alive from the first to the last step, both counted. */
  private record Buffer(int index, long bytes, int first, int last) {
    boolean meets(Buffer other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** The plan of a model's steps: O(buffers² · orders). */
  static ArenaPlan of(Tensor image, Tensor output, List<Step> steps) {
    Map<Tensor, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      for (Tensor tensor : steps.get(i).inputs()) {
        lastUse.put(tensor, i);
      }
    }
    lastUse.put(output, steps.size() - 1);
    List<Buffer> buffers = new ArrayList<>();
    Map<Tensor, Integer> bufferOf = new LinkedHashMap<>();
    add(image, buffers, bufferOf, 0, lastUse.getOrDefault(image, 0));
    List<Integer> scratchBuffer = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      Tensor made = step.output();
      int last = lastUse.getOrDefault(made, i);
      int replaced = -1;
      for (Tensor input : step.replaceable()) {
        int candidate = bufferOf.get(input);
        if (lastUse.get(input) == i && buffers.get(candidate).last == i) {
          replaced = candidate;
          break;
        }
      }
      if (replaced >= 0 && buffers.get(replaced).bytes >= bytes(made)) {
        Buffer buffer = buffers.get(replaced);
        buffers.set(replaced, new Buffer(replaced, buffer.bytes, buffer.first, last));
        bufferOf.put(made, replaced);
      } else {
        add(made, buffers, bufferOf, i, last);
      }
      long scratch = KernelMemory.aligned(step.scratchBytes());
      scratchBuffer.add(scratch == 0 ? -1 : buffers.size());
      if (scratch > 0) {
        buffers.add(new Buffer(buffers.size(), scratch, i, i));
      }
    }
    long least = 0;
    String binding = "";
    for (int i = 0; i < steps.size(); i++) {
      long alive = 0;
      for (Buffer buffer : buffers) {
        alive += buffer.first <= i && i <= buffer.last ? buffer.bytes : 0;
      }
      if (alive > least) {
        least = alive;
        binding = steps.get(i).output().name();
      }
    }
    long[] packed = pack(buffers, least);
    long bytes = 0;
    for (Buffer buffer : buffers) {
      bytes = Math.max(bytes, packed[buffer.index] + buffer.bytes);
    }
    Map<String, Integer> offsets = new LinkedHashMap<>();
    bufferOf.forEach((t, b) -> offsets.put(t.name(), Math.toIntExact(packed[b])));
    return new ArenaPlan(
        offsets,
        scratchBuffer.stream().map(b -> b < 0 ? 0 : Math.toIntExact(packed[b])).toList(),
        Math.toIntExact(bytes),
        Math.toIntExact(least),
        binding);
  }

  private static void add(
      Tensor tensor, List<Buffer> buffers, Map<Tensor, Integer> bufferOf, int first, int last) {
    bufferOf.put(tensor, buffers.size());
    buffers.add(new Buffer(buffers.size(), bytes(tensor), first, last));
  }

  private static long bytes(Tensor tensor) {
    return KernelMemory.aligned(tensor.shape().elements());
  }

  private static long[] pack(List<Buffer> buffers, long least) {
    Comparator<Buffer> bySize = Comparator.comparingLong(b -> -b.bytes);
    Comparator<Buffer> byLife = Comparator.comparingInt(b -> b.first - b.last);
    Comparator<Buffer> byStart = Comparator.comparingInt(Buffer::first);
    List<Comparator<Buffer>> orders =
        List.of(
            bySize.thenComparing(byStart),
            byStart.thenComparing(bySize),
            byLife.thenComparing(bySize),
            Comparator.comparingLong(b -> -b.bytes * (b.last - b.first + 1L)));
    long[] best = null;
    long bestEnd = Long.MAX_VALUE;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(buffers.size());
    List<Buffer> order = new ArrayList<>(buffers);
    for (int i = 0; i < orders.size() + RANDOM_ORDERS && bestEnd > least; i++) {
      if (i < orders.size()) {
        order.sort(orders.get(i).thenComparingInt(Buffer::index));
      } else {
        shuffle(order, random);
      }
      long[] offsets = firstFit(order);
      long end = 0;
      for (Buffer buffer : buffers) {
        end = Math.max(end, offsets[buffer.index] + buffer.bytes);
      }
      if (end < bestEnd) {
        bestEnd = end;
        best = offsets;
      }
    }
    return best;
  }

  private static void shuffle(List<Buffer> order, RandomGenerator random) {
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1));
    }
  }

  /** Each buffer at the lowest place that no buffer placed before it holds at the same time. */
  private static long[] firstFit(List<Buffer> order) {
    long[] offsets = new long[order.size()];
    List<Buffer> placed = new ArrayList<>();
    for (Buffer buffer : order) {
      List<Buffer> together = placed.stream().filter(buffer::meets).toList();
      together = together.stream().sorted(Comparator.comparingLong(b -> offsets[b.index])).toList();
      long at = 0;
      for (Buffer other : together) {
        if (at + buffer.bytes <= offsets[other.index]) {
          break;
        }
        at = Math.max(at, offsets[other.index] + other.bytes);
      }
      offsets[buffer.index] = at;
      placed.add(buffer);
    }
    return offsets;
  }
}
