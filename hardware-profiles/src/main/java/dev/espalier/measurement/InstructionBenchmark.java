package dev.espalier.measurement;

import dev.espalier.graph.Graph;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.microcontroller.Firmware;
import dev.espalier.microcontroller.MicrocontrollerModel;
import dev.espalier.microcontroller.Platform;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.quantisation.Calibration;
import dev.espalier.quantisation.Quantiser;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Counts the instructions that C models execute on an emulated microcontroller: of single operators
 * and of whole networks, in 8-bit integers, with random weights. Counts are not time.
 */
public final class InstructionBenchmark {
  /** Models in one image: their arenas lie in the board's memory together. */
  private static final int GROUP = 24;

  /** Random images that ranges are taken from; counts do not depend on them. */
  private static final int IMAGES = 2;

  private final Platform platform;

  /**
   * A benchmark.
   *
   * @param platform an emulated one
   */
  public InstructionBenchmark(Platform platform) {
    if (!platform.emulated()) {
      throw new IllegalArgumentException(platform.label() + " is not emulated");
    }
    this.platform = platform;
  }

  /**
   * Counts operators.
   *
   * @return the instructions of each, its precision being {@link Precision#INT8}
   * @throws dev.espalier.microcontroller.ToolchainException if compiler or emulator fail
   */
  public Map<Operator, Long> count(
      Collection<Operator> operators, RandomGenerator random, Progress progress) {
    List<Operator> list = List.copyOf(operators);
    long[] counts =
        count(
            "operators",
            list.size(),
            i -> OperatorGraphs.of(list.get(i).withPrecision(Precision.FLOAT32), random),
            random,
            progress);
    Map<Operator, Long> counted = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      counted.put(list.get(i).withPrecision(Precision.INT8), counts[i]);
    }
    return counted;
  }

  /** Counts whole networks. */
  public long[] count(
      SearchSpace space, List<Architecture> networks, RandomGenerator random, Progress progress) {
    return count(
        "networks",
        networks.size(),
        i -> {
          Architecture network = networks.get(i);
          return NetworkGraphs.of(space.format(network), space.lower(network), random);
        },
        random,
        progress);
  }

  private long[] count(
      String what, int size, IntFunction<Graph> graphs, RandomGenerator random, Progress progress) {
    long[] counts = new long[size];
    GroupProgress groups = new GroupProgress(progress, what, size, System::nanoTime);
    for (int start = 0; start < size; start += GROUP) {
      int end = Math.min(start + GROUP, size);
      List<MicrocontrollerModel> models = new ArrayList<>();
      for (int i = start; i < end; i++) {
        models.add(MicrocontrollerModel.of(quantised(graphs.apply(i), random), "model_" + i));
      }
      System.arraycopy(instructions(models), 0, counts, start, models.size());
      groups.within(start, models.size()).accept(1);
    }
    return counts;
  }

  private static QuantisedGraph quantised(Graph graph, RandomGenerator random) {
    float[] images = new float[Math.toIntExact(IMAGES * graph.input().shape().elements())];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return Quantiser.quantise(graph, Calibration.of(graph, images, IMAGES, new RangeRule.MinMax()));
  }

  private long[] instructions(List<MicrocontrollerModel> models) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("espalier-firmware");
      return Firmware.compile(platform, folder, models).instructions();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
