package dev.espalier.operatorlatency;

import dev.espalier.importer.SourceFile;
import dev.espalier.importer.TableImporter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Knows one form of files that hold measured operators or networks. Immutable and thread-safe. */
public interface SampleForm {
  /** The name under which users ask for it, as in {@code micronas-csv}. */
  String name();

  /** What it reads, in a few words. */
  String summary();

  /**
   * Reads files.
   *
   * @throws IllegalArgumentException if the choice does not fit them
   * @throws dev.espalier.document.InvalidDocumentException naming everything wrong with them, each
   *     with its line
   */
  MeasuredSet read(List<SourceFile> files, SampleChoice choice);

  /** All forms by name: those of this package, and every table that needs no mapping. */
  static List<SampleForm> all() {
    List<SampleForm> forms = new ArrayList<>(List.of(new MicroNasForm(), new LatBenchForm()));
    TableImporter.all().stream()
        .filter(importer -> importer.mapping() == TableImporter.Mapping.NONE)
        .map(TableForm::new)
        .forEach(forms::add);
    forms.sort(Comparator.comparing(SampleForm::name));
    return List.copyOf(forms);
  }

  /**
   * The form of a name.
   *
   * @throws IllegalArgumentException listing those that are known
   */
  static SampleForm named(String name) {
    List<SampleForm> forms = all();
    return forms.stream()
        .filter(form -> form.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown form '%s'; forms are %s"
                        .formatted(
                            name,
                            String.join(", ", forms.stream().map(SampleForm::name).toList()))));
  }
}
