package dev.espalier.microcontroller;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which kernels of a network run patch by patch (Lin et al., MCUNetV2, NeurIPS 2021, section 3.1),
 * so that none of their maps is ever whole in memory but the image and what the last of them makes.
 *
 * @param kernels that do, from the first on; 0 for none
 * @param grid patches along each side of what the last of them makes, at least 1
 */
public record Patches(int kernels, int grid) {
  /** Whole maps throughout. */
  public static final Patches NONE = new Patches(0, 1);

  /** Finer grids are not looked at. */
  private static final int FINEST = 8;

  /** Bytes of where one patch of one kernel lies. */
  static final int PLACE_BYTES = 32;

  public Patches {
    if (kernels < 0 || grid < 1 || (kernels == 0) != (grid == 1)) {
      throw new IllegalArgumentException(
          "%d kernels on a grid of %d: whole maps are 0 kernels on a grid of 1"
              .formatted(kernels, grid));
    }
  }

  /** Number of patches. */
  public int count() {
    return grid * grid;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static Patches parse(String text) {
    Matcher read = Pattern.compile("(\\d{1,3})x\\1 over (\\d{1,4})").matcher(text);
    if (!read.matches()) {
      throw new IllegalArgumentException(
          "patches '%s' are not written as in '4x4 over 7', the grid and the number of kernels"
              .formatted(text));
    }
    return new Patches(Integer.parseInt(read.group(2)), Integer.parseInt(read.group(1)));
  }

  /** As in {@code 4x4 over 7}. */
  @Override
  public String toString() {
    return "%dx%d over %d".formatted(grid, grid, kernels);
  }

  /** In words, as in {@code 4x4 patches over the first 7 kernels}. */
  public String words() {
    return kernels == 0
        ? "whole maps"
        : "%dx%d patches over the first %d kernels".formatted(grid, grid, kernels);
  }

  /**
   * What a network needs with patches.
   *
   * @param patches where they are
   * @param need of the whole network's arena
   * @param macs for one image, those computed again included
   * @param places bytes of constants that say where patches lie
   */
  public record Option(Patches patches, ArenaNeed need, long macs, long places) {}

  /** What kernels need with some patches. */
  public static Option option(List<Kernel> kernels, Patches patches) {
    PatchRegions regions = PatchRegions.of(kernels, patches);
    long macs = 0;
    for (int i = 0; i < kernels.size(); i++) {
      macs +=
          i < patches.kernels
              ? kernels.get(i).macs(regions.positions(i))
              : kernels.get(i).macs(kernels.get(i).positions());
    }
    return new Option(
        patches,
        ArenaNeed.of(Lifetimes.of(kernels, regions)),
        macs,
        (long) patches.kernels * (patches.kernels == 0 ? 0 : patches.count()) * PLACE_BYTES);
  }

  /**
   * Whole maps, and every grid over the first kernels, up to a number of them.
   *
   * @param most kernels that may run on patches
   */
  public static List<Option> options(List<Kernel> kernels, int most) {
    List<Option> options = new ArrayList<>(List.of(option(kernels, NONE)));
    for (int count = 1; count <= most && kernels.get(count - 1).local(); count++) {
      if (ends(kernels, count)) {
        options.addAll(grids(kernels, count));
      }
    }
    return options;
  }

  /** Every grid over just so many kernels. */
  static List<Option> grids(List<Kernel> kernels, int count) {
    List<Option> options = new ArrayList<>();
    var output = kernels.get(count - 1).output();
    int finest = Math.min(FINEST, Math.min(output.height(), output.width()));
    for (int grid = 2; grid <= finest; grid++) {
      options.add(option(kernels, new Patches(count, grid)));
    }
    return options;
  }

  /** Whether the kernels after some of them read nothing else than what the last of those makes. */
  static boolean ends(List<Kernel> kernels, int count) {
    return kernels.stream()
        .skip(count)
        .allMatch(kernel -> kernel.reads().stream().allMatch(value -> value >= count));
  }

  /**
   * Whole maps if they are within a limit, else the patches within it that compute least.
   *
   * @param options as {@link #options} lists them
   * @return empty if none is
   */
  public static Optional<Option> within(List<Option> options, long mostBytes) {
    return options.stream()
        .filter(option -> option.need.bytes() <= mostBytes)
        .min(
            Comparator.comparingLong(Option::macs)
                .thenComparing(option -> option.patches.kernels)
                .thenComparing(option -> option.patches.grid));
  }

  /** The one that needs least; of equals the one that computes least. */
  public static Option least(List<Option> options) {
    return options.stream()
        .min(
            Comparator.comparingLong((Option option) -> option.need.bytes())
                .thenComparing(Option::macs)
                .thenComparing(option -> option.patches.kernels)
                .thenComparing(option -> option.patches.grid))
        .orElseThrow();
  }
}
