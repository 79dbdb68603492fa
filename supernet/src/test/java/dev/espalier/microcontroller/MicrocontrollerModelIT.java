package dev.espalier.microcontroller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.graph.Graph;
import dev.espalier.graph.IntegerReference;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.TestGraphs;
import dev.espalier.operator.TensorShape;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C models against the reference in Java, on this machine and on emulated boards. */
class MicrocontrollerModelIT {
  private static final int HOST_IMAGES = 200;
  private static final int BOARD_IMAGES = 2;

  @TempDir Path folder;

  private static void require(Platform platform) {
    platform.missing().ifPresent(what -> assumeTrue(false, platform.label() + ": " + what));
  }

  @ParameterizedTest
  @EnumSource(Platform.class)
  void givesTheReferencesBitsInEveryFamily(Platform platform) throws Exception {
    require(platform);
    int count = platform.emulated() ? BOARD_IMAGES : HOST_IMAGES;
    int number = 0;
    for (SearchSpace space : TestSpaces.families()) {
      for (long seed = 0; seed < (platform.emulated() ? 2 : 3); seed++) {
        Graph floats = TestGraphs.subnet(space, seed);
        QuantisedGraph graph = TestGraphs.quantised(floats, RangeRule.DEFAULT);
        IntegerReference reference = new IntegerReference(graph);
        byte[] images = reference.quantised(TestGraphs.images(floats, count, seed));
        MicrocontrollerModel model = MicrocontrollerModel.of(graph, MicrocontrollerModel.PREFIX);
        Path place = Files.createDirectory(folder.resolve("model" + number++));

        Firmware firmware = Firmware.compile(platform, place, List.of(model));
        byte[] found = firmware.run(channelsLast(images, graph.input().shape()));

        assertThat(found)
            .as("%s, seed %d", graph.name(), seed)
            .isEqualTo(reference.run(images, count));
        if (platform.emulated()) {
          ImageSizes sizes = firmware.sizes();
          assertThat(sizes.constantBytes()).isEqualTo(model.constantBytes());
          assertThat(sizes.arenaBytes()).isEqualTo(model.arenaBytes());
          assertThat(sizes.codeBytes()).isPositive();
        }
      }
    }
  }

  /** The grid that needs least, or the finest one over the most kernels, family by family. */
  @ParameterizedTest
  @EnumSource(
      value = Platform.class,
      names = {"HOST", "CORTEX_M4"})
  void givesTheReferencesBitsPatchByPatch(Platform platform) throws Exception {
    require(platform);
    int count = platform.emulated() ? 1 : 50;
    List<SearchSpace> spaces = TestSpaces.families();
    for (int number = 0; number < (platform.emulated() ? 1 : spaces.size()); number++) {
      Graph floats = TestGraphs.subnet(spaces.get(number), platform.emulated() ? 3 : 0);
      QuantisedGraph graph = TestGraphs.quantised(floats, RangeRule.DEFAULT);
      IntegerReference reference = new IntegerReference(graph);
      byte[] images = reference.quantised(TestGraphs.images(floats, count, number));
      List<Patches.Option> options =
          Patches.options(MicrocontrollerModel.kernels(graph), Integer.MAX_VALUE);
      List<Patches.Option> patched = options.subList(1, options.size());
      Patches.Option option =
          number == 1 ? Patches.least(patched) : patched.get(patched.size() - 1);
      Patches patches = option.patches();
      MicrocontrollerModel model =
          MicrocontrollerModel.of(graph, MicrocontrollerModel.PREFIX, patches);
      Path place = Files.createDirectory(folder.resolve("patches" + number));

      Firmware firmware = Firmware.compile(platform, place, List.of(model));
      byte[] found = firmware.run(channelsLast(images, graph.input().shape()));

      String what = "%s, %s".formatted(graph.name(), patches.words());
      assertThat(found).as(what).isEqualTo(reference.run(images, count));
      assertThat(model.arenaBytes()).as(what).isEqualTo(option.need().bytes());
      if (platform.emulated()) {
        ImageSizes sizes = firmware.sizes();
        assertThat(sizes.constantBytes()).as(what).isEqualTo(model.constantBytes());
        assertThat(sizes.arenaBytes()).as(what).isEqualTo(model.arenaBytes());
      }
    }
  }

  @Test
  void countsTheSameInstructionsForEveryImageAndEveryRun() throws Exception {
    require(Platform.CORTEX_M4);
    require(Platform.HOST);
    Graph floats = TestGraphs.subnet(TestSpaces.families().get(0), 5);
    QuantisedGraph graph = TestGraphs.quantised(floats, RangeRule.DEFAULT);
    List<MicrocontrollerModel> models =
        List.of(MicrocontrollerModel.of(graph, "first"), MicrocontrollerModel.of(graph, "second"));
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));

    long[] once = Firmware.compile(Platform.CORTEX_M4, one, models).instructions();
    long[] again = Firmware.compile(Platform.CORTEX_M4, two, models).instructions();

    assertThat(once).containsExactly(again);
    assertThat(once[0]).isEqualTo(once[1]).isGreaterThan(graph.macs());
  }

  /** {@code (n, c, h, w)} as {@code (n, h, w, c)}. */
  static byte[] channelsLast(byte[] images, TensorShape shape) {
    int plane = shape.height() * shape.width();
    int channels = shape.channels();
    byte[] last = new byte[images.length];
    for (int i = 0; i < images.length; i++) {
      int image = i / (plane * channels);
      int channel = i / plane % channels;
      last[(image * plane + i % plane) * channels + channel] = images[i];
    }
    return last;
  }
}
