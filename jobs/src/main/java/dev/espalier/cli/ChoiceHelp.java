package dev.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** Explains in a command's help what there is to choose from. */
final class ChoiceHelp {
  private ChoiceHelp() {}

  /** Puts a heading and a line for each choice before the command's examples. */
  static <T> void add(
      CommandSpec spec,
      String heading,
      List<T> choices,
      Function<T, String> name,
      Function<T, String> summary) {
    int widest = choices.stream().mapToInt(c -> name.apply(c).length()).max().orElse(0);
    List<String> footer = new ArrayList<>(List.of("", heading));
    for (T choice : choices) {
      String named = name.apply(choice);
      String line = "  " + named + " ".repeat(widest + 2 - named.length()) + summary.apply(choice);
      footer.add(line.replace("%", "%%")); // lines of a footer are format strings
    }
    footer.addAll(List.of(spec.usageMessage().footer()));
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }
}
