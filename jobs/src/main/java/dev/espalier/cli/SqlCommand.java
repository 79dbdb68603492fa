package dev.espalier.cli;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.job.SearchJob;
import dev.espalier.nightly.NightlyConfigReader;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Align;
import dev.espalier.report.TextTable.Column;
import dev.espalier.sql.SqlSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "sql",
    description = {
      "Query runs and nights with Spark SQL.",
      "",
      "  espalier.runs         a run a row: when, what it searched from, engine, seed, digest",
      "  espalier.fronts       every point of every target's front, in the run that searched it",
      "  espalier.selections   every target and budget, in the run that searched it, with the proof",
      "                        where the budget cannot be met",
      "  espalier.deployments  the models that a run published; of a night those that it has",
      "                        deployed, carried over ones too, with decision, reason, since which",
      "                        night, and in 'answers' the run of the target's front",
      "",
      "All have 'night' (null for a run that no night made) and 'run', the folder below the store:",
      "conditions on them leave out whole files. DESCRIBE espalier.fronts shows columns and types.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier sql \"SELECT run, targets, engine, seconds FROM espalier.runs\"",
      "  ./espalier sql --config nightly.yaml \"SELECT night, target, budget, decision,",
      "      predicted_latency_us FROM espalier.deployments ORDER BY target, budget, night\"",
      "  ./espalier sql --config nightly.yaml \"SELECT f.* FROM espalier.fronts f JOIN",
      "      espalier.deployments d ON f.run = d.answers AND f.target = d.target WHERE d.latest\"",
      "",
      "From spark-sql, spark-shell or a notebook, with the jars of jobs/target/dist/lib:",
      "  --conf spark.sql.catalog.espalier=dev.espalier.sql.EspalierCatalog",
      "  --conf spark.sql.catalog.espalier.store=hdfs://host/espalier/nightly"
    })
final class SqlCommand implements Callable<Integer> {
  private static final String DEFAULT_STORE = "runs";

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "QUERY", description = "One statement of Spark SQL.")
  private String query;

  @ArgGroup private Place place;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Rows that are printed at most. Default: ${DEFAULT-VALUE}.")
  private int most;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master. Default: local[*], or what spark-submit says.")
  private String master;

  @Option(names = "--json", description = "Print one JSON object: columns, rows and whether all.")
  private boolean json;

  /** Where runs are. */
  private static final class Place {
    @Option(
        names = "--store",
        paramLabel = "DIR",
        description = "A store of nights, a folder that holds runs, or a run. Default: runs.")
    private String store;

    @Option(
        names = "--config",
        paramLabel = "CONFIG",
        description = "A configuration of nightly, whose store is meant.")
    private String config;
  }

  @Override
  public Integer call() {
    if (most < 1) {
      throw new BadInputException("--most is %d, which is below 1".formatted(most));
    }
    if (master != null) {
      System.setProperty("spark.master", master);
    }
    String store = store();
    SqlSession.Answer answer;
    try {
      answer = SqlSession.answer(store, query, most);
    } catch (IllegalArgumentException | ArtefactException e) {
      throw new BadInputException(e.getMessage(), e);
    }
    var out = spec.commandLine().getOut();
    out.print(json ? json(answer) : table(answer));
    out.flush();
    return ExitStatus.SUCCESS;
  }

  private String store() {
    if (place != null && place.config != null) {
      Storage storage = SearchJob.storage();
      return Inputs.load(() -> NightlyConfigReader.read(storage, new Path(place.config)).store());
    }
    return place == null ? DEFAULT_STORE : place.store;
  }

  private static String json(SqlSession.Answer answer) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("columns", answer.columns().stream().map(SqlSession.Named::name).toList());
    tree.put("rows", answer.rows());
    tree.put("complete", answer.complete());
    return new String(Json.write(tree), StandardCharsets.UTF_8);
  }

  private static String table(SqlSession.Answer answer) {
    if (answer.columns().isEmpty()) {
      return "";
    }
    TextTable table =
        new TextTable(
            answer.columns().stream()
                .map(c -> new Column(c.name(), c.numeric() ? Align.RIGHT : Align.LEFT))
                .toArray(Column[]::new));
    for (List<Object> row : answer.rows()) {
      table.row(row.stream().map(SqlCommand::cell).toArray(String[]::new));
    }
    return table.render()
        + "%d rows%s\n"
            .formatted(
                answer.rows().size(),
                answer.complete() ? "" : ", and more: --most prints them, or LIMIT them");
  }

  private static String cell(Object value) {
    if (value == null) {
      return "";
    }
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.6g", number)
        : value.toString().replace("\n", " ");
  }
}
