package dev.espalier.operatorlatency;

import dev.espalier.importer.SourceFile;
import dev.espalier.latency.Folds;
import dev.espalier.operator.Operator;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.work.OperatorWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whole networks of NAS-Bench-201 on devices: LatBench (Dudziak et al., <em>BRP-NAS</em>, NeurIPS
 * 2020), as one CSV of {@code arch_vector} (six digits, see {@link dev.espalier.space.NasBench201})
 * and one column of milliseconds for each device; an empty cell was not measured.
 *
 * <p>Networks are dealt at random into {@link Folds}; those that are the same network but for edges
 * without effect go together.
 */
final class LatBenchForm implements SampleForm {
  private static final String ARCHITECTURE = "arch_vector";
  private static final String SPACE = "nasbench201";

  @Override
  public String name() {
    return "latbench-csv";
  }

  @Override
  public String summary() {
    return "networks of NAS-Bench-201 on devices (ms); --device is the column";
  }

  @Override
  public MeasuredSet read(List<SourceFile> files, SampleChoice choice) {
    SearchSpace space = choice.released().apply(SPACE);
    String device =
        choice
            .device()
            .orElseThrow(
                () -> new IllegalArgumentException("form " + name() + " needs a device, a column"));
    Map<Operator, OperatorWork> works = new HashMap<>();
    List<MeasuredWork> values = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (SourceFile file : files) {
      // In the order of the networks, so that the order of lines does not matter.
      Map<String, MeasuredWork> byArchitecture = new TreeMap<>();
      SampleLines.read(
          file,
          List.of(ARCHITECTURE, device),
          line -> {
            if (line.text(device).isEmpty()) {
              leftOut.add(line.place() + ": not measured on " + device);
              return;
            }
            Architecture network = space.parse(line.text(ARCHITECTURE));
            List<OperatorWork> work =
                space.lower(network).stream()
                    .map(o -> works.computeIfAbsent(o, OperatorWork::of))
                    .toList();
            MeasuredWork value =
                new MeasuredWork(
                    line.place(),
                    network.toHex(),
                    MeasuredWork.Subject.NETWORK,
                    work,
                    line.millisToMicros(device));
            if (byArchitecture.put(network.toHex() + " " + line.text(ARCHITECTURE), value)
                != null) {
              throw new IllegalArgumentException(
                  "network %s is there before".formatted(line.text(ARCHITECTURE)));
            }
          });
      values.addAll(byArchitecture.values());
    }
    return new MeasuredSet(
        "LatBench networks of NAS-Bench-201 on " + device,
        "fifth of the networks",
        MeasuredNetworks.inFolds(values),
        List.of(),
        leftOut);
  }
}
