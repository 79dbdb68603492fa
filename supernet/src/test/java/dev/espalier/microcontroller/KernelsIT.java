package dev.espalier.microcontroller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.graph.Graph;
import dev.espalier.graph.GraphBuilder;
import dev.espalier.graph.Node;
import dev.espalier.graph.TestGraphs;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.TensorShape;
import dev.espalier.quantisation.RangeRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Instructions per multiply-accumulate on the emulated Cortex-M4, beside those of CMSIS-NN's int8
 * kernels counted the same way ({@code -O3 -mcpu=cortex-m4}). Run this test alone to see the table.
 */
class KernelsIT {
  /** Depthwise kernels are to need at most this part of CMSIS-NN's instructions. */
  private static final double DEPTHWISE_PART = 0.6;

  @TempDir Path folder;

  /** One kernel and what CMSIS-NN's needs. */
  private record Subject(int side, int inputs, int outputs, int kernel, double cmsis) {
    boolean depthwise() {
      return kernel > 1;
    }

    String words() {
      return depthwise()
          ? "depthwise %dx%dx%d %dx%d".formatted(side, side, inputs, kernel, kernel)
          : "pointwise %dx%dx%d->%d".formatted(side, side, inputs, outputs);
    }

    Graph graph(RandomGenerator random) {
      GraphBuilder graph = new GraphBuilder(new TensorShape(side, side, inputs));
      int[] shape = {outputs, depthwise() ? 1 : inputs, kernel, kernel};
      Node.Tensor made =
          graph.convolution(
              graph.input(),
              "kernel",
              weights(shape, random),
              weights(new int[] {outputs}, random),
              1,
              depthwise() ? inputs : 1);
      assertThat(made.shape()).isEqualTo(new TensorShape(side, side, outputs));
      return graph.build(words(), new TreeMap<>());
    }

    private static WeightTensor weights(int[] shape, RandomGenerator random) {
      int size = 1;
      for (int d : shape) {
        size *= d;
      }
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return new WeightTensor(shape, values);
    }
  }

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject(14, 48, 48, 1, 2.29),
          new Subject(28, 16, 48, 1, 3.96),
          new Subject(7, 96, 40, 1, 1.92),
          new Subject(14, 48, 48, 3, 8.63),
          new Subject(28, 48, 48, 3, 8.78),
          new Subject(14, 48, 48, 5, 9.56),
          new Subject(7, 96, 96, 7, 7.76));

  @Test
  void needFewerInstructionsThanCmsisNn() {
    for (Platform platform : List.of(Platform.HOST, Platform.CORTEX_M4)) {
      platform.missing().ifPresent(what -> assumeTrue(false, platform.label() + ": " + what));
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    List<MicrocontrollerModel> models = new ArrayList<>();
    for (Subject subject : SUBJECTS) {
      models.add(
          MicrocontrollerModel.of(
              TestGraphs.quantised(subject.graph(random), RangeRule.DEFAULT),
              "kernel_" + models.size()));
    }

    long[] counts = Firmware.compile(Platform.CORTEX_M4, folder, models).instructions();

    System.out.println("kernel                    instructions per MAC   CMSIS-NN   ratio");
    for (int i = 0; i < counts.length; i++) {
      Subject subject = SUBJECTS.get(i);
      double perMac = (double) counts[i] / models.get(i).macs();
      System.out.printf(
          Locale.ROOT,
          "%-25s %20.2f %10.2f %7.2f%n",
          subject.words(),
          perMac,
          subject.cmsis(),
          perMac / subject.cmsis());
      assertThat(perMac)
          .as(subject.words())
          .isLessThanOrEqualTo(subject.cmsis() * (subject.depthwise() ? DEPTHWISE_PART : 1));
    }
  }
}
