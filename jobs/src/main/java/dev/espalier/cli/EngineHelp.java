package dev.espalier.cli;

import dev.espalier.search.EngineOption;
import dev.espalier.search.SearchEngine;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** Ends a command's help with the engines there are. They are looked for when help is asked for. */
final class EngineHelp implements IModelTransformer {
  private static final String SECTION = "engines";

  /** Widths of columns. */
  private static final int NAME = 16;

  private static final int RANGE = 38;

  @Override
  public CommandSpec transform(CommandSpec command) {
    List<String> sections = new ArrayList<>(command.usageMessage().sectionKeys());
    sections.add(SECTION);
    command.usageMessage().sectionKeys(sections);
    command.usageMessage().sectionMap().put(SECTION, help -> text(help, SearchEngine.all()));
    return command;
  }

  private static String text(Help help, List<SearchEngine> engines) {
    StringBuilder text = new StringBuilder();
    text.append("%nEngines, and what a request can set for each:%n".formatted());
    for (SearchEngine engine : engines) {
      text.append("  %s: %s%n".formatted(engine.name(), engine.description()));
      text.append(options(help, engine.options()));
    }
    return text.toString();
  }

  private static Help.TextTable options(Help help, List<EngineOption> options) {
    int rest = help.commandSpec().usageMessage().width() - NAME - RANGE;
    Help.TextTable table =
        Help.TextTable.forColumns(
            help.colorScheme(),
            new Help.Column(NAME, 4, Help.Column.Overflow.SPAN),
            new Help.Column(RANGE, 1, Help.Column.Overflow.WRAP),
            new Help.Column(rest, 1, Help.Column.Overflow.WRAP));
    for (EngineOption option : options) {
      table.addRowValues(
          option.name(),
          option.range() + "; default " + option.defaultText(),
          option.description());
    }
    return table;
  }
}
