package dev.espalier.operatorlatency;

import dev.espalier.importer.ImportSettings;
import dev.espalier.importer.ImportedTable;
import dev.espalier.importer.SourceFile;
import dev.espalier.importer.TableImport;
import dev.espalier.importer.TableImporter;
import dev.espalier.operator.Operator;
import dev.espalier.profile.Coverage;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import dev.espalier.work.OperatorWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of operators that can be imported as a profile. Operators are grouped by the part of the
 * first space that has any of them (a stage); those that it has not are the group {@value #REST}.
 */
final class TableForm implements SampleForm {
  static final String REST = "elsewhere";

  private final TableImporter importer;

  TableForm(TableImporter importer) {
    this.importer = importer;
  }

  @Override
  public String name() {
    return importer.format();
  }

  @Override
  public String summary() {
    return importer.summary();
  }

  @Override
  public MeasuredSet read(List<SourceFile> files, SampleChoice choice) {
    ImportedTable table =
        TableImport.read(
            importer,
            files,
            new ImportSettings(choice.precision(), Origin.MEASURED, Optional.empty()));
    Map<Operator, String> groups = groups(table, choice);
    List<MeasuredWork> values = new ArrayList<>();
    table
        .table()
        .entries()
        .forEach(
            (operator, entry) ->
                values.add(
                    new MeasuredWork(
                        operator.key(),
                        groups.getOrDefault(operator, REST),
                        MeasuredWork.Subject.OPERATOR,
                        List.of(OperatorWork.of(operator)),
                        entry.micros())));
    return new MeasuredSet(importer.summary(), "stage", values, List.of(), table.leftOut());
  }

  private static Map<Operator, String> groups(ImportedTable table, SampleChoice choice) {
    for (SearchSpace space : choice.spaces()) {
      Map<Operator, String> groups = new HashMap<>();
      Coverage.operators(space, choice.precision())
          .forEach(
              (part, operators) ->
                  operators.stream()
                      .filter(o -> table.table().find(o).isPresent())
                      .forEach(o -> groups.putIfAbsent(o, part)));
      if (!groups.isEmpty()) {
        return groups;
      }
    }
    return Map.of();
  }
}
