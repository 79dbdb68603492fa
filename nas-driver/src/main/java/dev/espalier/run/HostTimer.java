package dev.espalier.run;

import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.Progress;
import dev.espalier.measurement.Samples;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.measurement.WholeNetworkBenchmark;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.ProfileDescription;
import java.util.List;
import java.util.random.RandomGeneratorFactory;

/** Times models in ONNX Runtime on the machine this runs on. */
public final class HostTimer implements ModelTimer {
  /** Draws images and the order of rounds; no figure depends on it but through noise. */
  private static final long SEED = 1;

  private final HostMachine machine;
  private final WholeNetworkBenchmark benchmark;

  /** Times as the plan says. */
  public HostTimer(HostMachine machine, TimingPlan plan) {
    this.machine = machine;
    this.benchmark = new WholeNetworkBenchmark(plan);
  }

  /** Whether a profile describes this machine's processor and ONNX Runtime. */
  @Override
  public boolean reaches(ProfileDescription profile) {
    return profile.deviceClass() == DeviceClass.CPU
        && profile.runtime().startsWith("onnxruntime")
        && profile.device().equals(machine.processor());
  }

  @Override
  public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
    return benchmark.time(
        models.stream().map(EmittedSubnet::model).toList(),
        RandomGeneratorFactory.of("L64X128MixRandom").create(SEED),
        Progress.SILENT);
  }

  /** Other work on the machine, and the clock of its processor, come and go by the second. */
  @Override
  public long pauseMillis() {
    return 1000;
  }

  @Override
  public String conditions() {
    return "%s, %d processors, 1 thread, batch 1"
        .formatted(machine.processor(), machine.processors());
  }
}
