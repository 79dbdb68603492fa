package dev.espalier.kit;

import dev.espalier.importer.SourceFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.ServiceLoader;

/**
 * Knows one form in which runners write what they timed. Registered in {@code
 * META-INF/services/dev.espalier.kit.ResultsForm}; stateless and thread-safe.
 */
public interface ResultsForm {
  /** The name under which users ask for it, as in {@code csv}. */
  String name();

  /** What it reads, in a few words. */
  String summary();

  /**
   * Turns a file into results. Throws nothing for what the file holds: a line that makes no sense
   * is a problem among the results, and reading goes on.
   *
   * @param clockMegahertz of the device, for files that count cycles
   */
  void read(SourceFile file, OptionalDouble clockMegahertz, KitResults results);

  /** All that are registered, by name. */
  static List<ResultsForm> all() {
    List<ResultsForm> forms = new ArrayList<>();
    ServiceLoader.load(ResultsForm.class).forEach(forms::add);
    forms.sort(Comparator.comparing(ResultsForm::name));
    return forms;
  }

  /**
   * The registered form of a name.
   *
   * @throws IllegalArgumentException listing those that are known
   */
  static ResultsForm named(String name) {
    List<ResultsForm> forms = all();
    return forms.stream()
        .filter(form -> form.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown form of results '%s'; forms are %s"
                        .formatted(
                            name,
                            String.join(", ", forms.stream().map(ResultsForm::name).toList()))));
  }
}
