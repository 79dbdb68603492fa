package dev.espalier.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HostMachineTest {
  @Test
  void readsWhatLinuxSaysOfAnIntelMachine() {
    String cpuinfo =
        """
        processor\t: 0
        vendor_id\t: GenuineIntel
        cpu family\t: 6
        model\t\t: 167
        model name\t: Intel(R) Xeon(R) Processor
        cpu MHz\t\t: 2599.998
        flags\t\t:

        processor\t: 1
        model name\t: Intel(R) Xeon(R) Processor
        """;
    assertThat(HostMachine.parse(cpuinfo, "MemTotal:       24684100 kB\nMemFree: 1 kB\n"))
        .isEqualTo(
            new HostMachine(
                "Intel(R) Xeon(R) Processor, family 6 model 167",
                2,
                OptionalInt.of(2600),
                OptionalLong.of(24684100L * 1024)));
  }

  @Test
  void readsWhatLinuxSaysOfAnArmBoard() {
    String cpuinfo =
        """
        processor\t: 0
        CPU implementer\t: 0x41

        processor\t: 1

        Model\t\t: Raspberry Pi 4 Model B Rev 1.4
        """;
    assertThat(HostMachine.parse(cpuinfo, ""))
        .isEqualTo(
            new HostMachine(
                "Raspberry Pi 4 Model B Rev 1.4", 2, OptionalInt.empty(), OptionalLong.empty()));
  }

  @Test
  void knowsTheMachineOfThisTest() {
    HostMachine machine = HostMachine.read();
    assertThat(machine.processors()).isPositive();
    assertThat(machine.memoryBytes().orElseThrow()).isGreaterThan(1L << 28);
  }
}
