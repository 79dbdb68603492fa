package dev.espalier.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.search.Quantity;
import dev.espalier.space.Architecture;
import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import dev.espalier.space.SpaceFamily;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "space",
    description = "Search spaces: the released ones that ship, and your own.",
    subcommands = {SpaceCommand.ListCommand.class, SpaceCommand.ShowCommand.class},
    footer = {
      "",
      "Examples:",
      "  ./espalier space list",
      "  ./espalier space show ofa-mobilenetv3-w1.2",
      "  ./espalier space show ofa-mobilenetv3-w1.2@160,192,224"
    })
final class SpaceCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "space needs list or show");
  }

  private static SpaceCatalogue catalogue() {
    Storage storage = SearchJob.storage();
    return Home.ofSystem().spaces(storage);
  }

  private static String size(SearchSpace space) {
    return String.format(Locale.ROOT, "%.2g", space.size().doubleValue());
  }

  @Command(name = "list", description = "List the spaces that have a name.")
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      SpaceCatalogue catalogue = catalogue();
      TextTable table =
          new TextTable(
              Column.words("space"),
              Column.words("family"),
              Column.numbers("architectures"),
              Column.numbers("least MACs"),
              Column.numbers("most MACs"));
      for (String name : catalogue.spaces().keySet()) {
        SearchSpace space = Inputs.load(() -> catalogue.read(name));
        table.row(
            name,
            space.family(),
            size(space),
            Quantity.MACS.format(space.macs(space.smallest())),
            Quantity.MACS.format(space.macs(space.largest())));
      }
      spec.commandLine().getOut().print(table.render());
      spec.commandLine().getOut().flush();
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "show",
      description =
          "Show a space: its decisions, and its ends in the form that --architecture takes.",
      footer = {"", "Example:", "  ./espalier space show ofa-resnet50 --json"})
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        paramLabel = "SPACE",
        description = "A name, or a YAML file; @R,R,... behind it keeps these resolutions only.")
    private String name;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
      SearchSpace space = Inputs.load(() -> catalogue().read(name));
      var out = spec.commandLine().getOut();
      if (json) {
        out.print(new String(Json.write(tree(space)), StandardCharsets.UTF_8));
        out.flush();
        return ExitStatus.SUCCESS;
      }
      out.println("family         " + space.family());
      out.println("architectures  " + size(space));
      for (Architecture end : List.of(space.smallest(), space.largest())) {
        out.println(
            "%s  %s, %d parameters"
                .formatted(
                    end.equals(space.largest()) ? "largest      " : "smallest     ",
                    Quantity.MACS.format(space.macs(end)),
                    space.parameters(end)));
        out.println("               " + space.format(end));
      }
      out.println("decisions      " + space.length());
      for (Decision decision : space.decisions()) {
        out.println(
            "               %s: %s"
                .formatted(decision.name(), String.join(", ", decision.options())));
      }
      return ExitStatus.SUCCESS;
    }

    private static Map<String, Object> tree(SearchSpace space) {
      ObjectNode definition = SpaceFamily.tree(space);
      Map<String, Object> tree = new TreeMap<>();
      tree.put("definition", definition);
      tree.put("architectures", space.size().toString());
      tree.put("smallest", end(space, space.smallest()));
      tree.put("largest", end(space, space.largest()));
      tree.put(
          "decisions",
          space.decisions().stream()
              .map(d -> Map.of("name", d.name(), "options", d.options()))
              .toList());
      return tree;
    }

    private static Map<String, Object> end(SearchSpace space, Architecture end) {
      return Map.of(
          "architecture", space.format(end),
          "macs", space.macs(end),
          "parameters", space.parameters(end));
    }
  }
}
