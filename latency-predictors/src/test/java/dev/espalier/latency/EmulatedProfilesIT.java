package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.artefact.Storage;
import dev.espalier.measurement.InstructionBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.microcontroller.Platform;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.provenance.Emulated;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The emulated profiles that ship, against the emulator. */
class EmulatedProfilesIT {
  private static final int EVERY = 30;
  private static final Comparator<Operator> BY_KEY = Comparator.comparing(Operator::key);

  @ParameterizedTest
  @EnumSource(names = {"CORTEX_M4", "CORTEX_M7"})
  void holdWhatTheEmulatorCounts(Platform platform) {
    HardwareProfile profile =
        new ProfileCatalogue(
                new Storage(new Configuration(false)),
                List.of(new Path("../hardware-profiles/profiles")))
            .read(platform.label() + "-emulated");
    Emulated emulated = (Emulated) profile.provenance().iterator().next();
    Additivity additivity = profile.additivity().orElseThrow();
    assertThat(additivity.plain().networks()).isGreaterThanOrEqualTo(20);
    assertThat(additivity.plain().ninetiethPercentileError()).isLessThan(0.02);

    for (Platform needed : List.of(Platform.HOST, platform)) {
      needed.missing().ifPresent(what -> assumeTrue(false, needed.label() + ": " + what));
    }
    assumeTrue(
        emulated.machine().contains(platform.compilerVersion()),
        "counted with another compiler: " + emulated.machine());
    List<Operator> all = profile.table().entries().keySet().stream().sorted(BY_KEY).toList();
    List<Operator> some =
        all.stream().filter(operator -> all.indexOf(operator) % EVERY == 0).toList();
    Map<Operator, Long> counts =
        new InstructionBenchmark(platform)
            .count(some, RandomGeneratorFactory.of("L64X128MixRandom").create(77), Progress.SILENT);
    assertThat(counts).hasSameSizeAs(some);
    counts.forEach(
        (operator, count) -> {
          double said = profile.table().find(operator).orElseThrow().micros();
          // Other weights have other multipliers, and few of those take kernels of 64 bits; other
          // places in the arena have other addresses.
          assertThat(emulated.micros(count)).isCloseTo(said, within(0.01 * said));
        });
  }
}
