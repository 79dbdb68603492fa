package dev.espalier.operatorlatency;

import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Coverage;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyTable;
import dev.espalier.work.OperatorWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Operators in the form of a profile's table as values to fit a model of operators to. */
public final class MeasuredOperators {
  private MeasuredOperators() {}

  /**
   * Reads operators; groups are the parts of the space, and those that it has not together.
   *
   * @param described the device that they were measured on
   * @param document the name of the file in messages, usually its path
   * @throws InvalidDocumentException naming each wrong line, an operator of another precision than
   *     the device's, and a latency that a model made or that is 0
   */
  public static MeasuredSet read(
      SearchSpace space, ProfileDescription described, String document, byte[] csv) {
    LatencyTable table = LatencyTable.ofCsv(document, csv);
    Map<Operator, String> groups = new HashMap<>();
    Coverage.operators(space, described.precision())
        .forEach((part, operators) -> operators.forEach(o -> groups.putIfAbsent(o, part)));
    List<String> problems = new ArrayList<>();
    List<MeasuredWork> values = new ArrayList<>();
    table
        .entries()
        .forEach(
            (operator, entry) -> {
              if (operator.precision() != described.precision()) {
                problems.add(
                    "operator %s is %s, and the description says %s: describe the device that it was measured on"
                        .formatted(
                            operator,
                            Fields.word(operator.precision()),
                            Fields.word(described.precision())));
              } else if (entry.origin() == Origin.MODELLED || !(entry.micros() > 0)) {
                problems.add(
                    "operator %s, %s, takes %s us: a model is fitted to latencies above 0 that were measured or emulated"
                        .formatted(operator, Fields.word(entry.origin()), entry.micros()));
              } else {
                values.add(
                    new MeasuredWork(
                        operator.key(),
                        groups.getOrDefault(operator, TableForm.REST),
                        MeasuredWork.Subject.OPERATOR,
                        List.of(OperatorWork.of(operator)),
                        entry.micros()));
              }
            });
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(document, problems);
    }
    return new MeasuredSet(
        "operators on " + described.device(), "part", values, List.of(), List.of());
  }
}
