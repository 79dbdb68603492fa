package dev.espalier.operatorlatency;

import dev.espalier.latency.Folds;
import dev.espalier.latency.NetworkMeasurements;
import dev.espalier.operator.Operator;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.work.OperatorWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whole networks of any space as values to fit a model of operators to. */
public final class MeasuredNetworks {
  private MeasuredNetworks() {}

  /**
   * Lowers measured networks; groups are the {@link Folds}.
   *
   * @param device they were measured on, in words
   */
  public static MeasuredSet of(SearchSpace space, NetworkMeasurements measured, String device) {
    Map<Operator, OperatorWork> works = new HashMap<>();
    List<MeasuredWork> values = new ArrayList<>();
    for (int i = 0; i < measured.networks().size(); i++) {
      Architecture network = measured.networks().get(i);
      values.add(
          new MeasuredWork(
              "measurement " + (i + 1),
              network.toHex(),
              MeasuredWork.Subject.NETWORK,
              space.lower(network).stream()
                  .map(o -> works.computeIfAbsent(o, OperatorWork::of))
                  .toList(),
              measured.micros().get(i)));
    }
    return new MeasuredSet(
        "networks of %s on %s".formatted(space.family(), device),
        "fifth of the networks",
        inFolds(values),
        List.of(),
        List.of());
  }

  /** Groups values whose groups are the codes of their networks by the folds of these. */
  static List<MeasuredWork> inFolds(List<MeasuredWork> values) {
    Map<Architecture, Integer> folds =
        Folds.of(values.stream().map(v -> Architecture.ofHex(v.group())).toList());
    return values.stream()
        .map(
            v ->
                new MeasuredWork(
                    v.place(),
                    "fold " + (1 + folds.get(Architecture.ofHex(v.group()))),
                    v.subject(),
                    v.work(),
                    v.micros()))
        .toList();
  }
}
