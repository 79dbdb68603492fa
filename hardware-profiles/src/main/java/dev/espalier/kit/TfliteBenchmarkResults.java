package dev.espalier.kit;

import dev.espalier.importer.SourceFile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What TFLite's {@code benchmark_model} prints. A line {@code # espalier MODEL} before a run names
 * its model; a file that is named for a model needs none.
 *
 * <p>Of a run two lines count: the last {@code count=50 first=14412 curr=14563 min=14310 max=15020
 * avg=14575.2 std=87} and {@code Inference timings in us: Init: 5685, First inference: 18535,
 * Warmup (avg): 14462.3, Inference (avg): 14575.2}, which states the unit and whose average must be
 * that of the former (the {@code count=} line before it is of the warm-up). Logging prefixes are
 * passed over. Where all runs took the same the former is {@code count=50 curr=14563 (all same)}.
 */
public final class TfliteBenchmarkResults implements ResultsForm {
  private static final Pattern MARKER = Pattern.compile("#\\s*espalier\\s+(\\S+)");
  private static final Pattern STATISTICS = Pattern.compile("(?:^|\\s)count=\\d.*");
  private static final Pattern FIELD = Pattern.compile("(\\w+)=(\\S+)");
  private static final Pattern TIMINGS =
      Pattern.compile(
          "nference timings in (\\w+):.*(?:Inference \\(avg\\)|no stats):\\s*([^,\\s]+)");
  private static final Pattern TIMINGS_CUT = Pattern.compile("nference timings in ");

  /** Both averages are printed with six digits or fewer. */
  private static final double PRINTED = 1e-4;

  @Override
  public String name() {
    return "tflite-benchmark";
  }

  @Override
  public String summary() {
    return "the log of TFLite's benchmark_model, a line # espalier MODEL before each run";
  }

  @Override
  public void read(SourceFile file, OptionalDouble clockMegahertz, KitResults results) {
    new Log(file, results).read();
  }

  private static final class Log {
    private final SourceFile file;
    private final KitResults results;
    private Optional<KitModel> model;
    private boolean named;
    private int begun = 1;
    private String statistics = "";
    private boolean finished;

    Log(SourceFile file, KitResults results) {
      this.file = file;
      this.results = results;
      this.model = results.modelOf(file);
      this.named = model.isPresent();
      this.finished = false;
    }

    void read() {
      int number = 0;
      for (String line : file.text().split("\\R", -1)) {
        number++;
        Matcher marker = MARKER.matcher(line);
        Matcher timings = TIMINGS.matcher(line);
        if (marker.find()) {
          end();
          begin(number, marker.group(1));
        } else if (timings.find()) {
          timings(number, timings.group(1), timings.group(2));
        } else if (TIMINGS_CUT.matcher(line).find()) {
          results.problem(
              file, number, "the line of timings is cut short: delete the run, or make it again");
          finished = true;
        } else if (STATISTICS.matcher(line).find()) {
          statistics = line;
        }
      }
      end();
    }

    private void begin(int line, String name) {
      model = results.model(file, line, name);
      named = true;
      begun = line;
      statistics = "";
      finished = false;
    }

    private void end() {
      if (!finished) {
        model.ifPresent(m -> results.unfinished(file, begun, m));
      }
    }

    private void timings(int line, String unit, String average) {
      finished = true;
      if (!named) {
        results.problem(
            file,
            line,
            "no line before it names the model: print '# espalier MODEL' before each run, as RUNSHEET.md does");
        return;
      }
      Map<String, String> fields = new HashMap<>();
      Matcher matcher = FIELD.matcher(statistics);
      while (matcher.find()) {
        fields.put(matcher.group(1), matcher.group(2));
      }
      statistics = "";
      if (!unit.equals("us")) {
        results.problem(
            file, line, "timings are in '" + unit + "', not in us: which runner is it?");
        return;
      }
      OptionalDouble count = number(fields, "count");
      OptionalDouble mean = number(fields, fields.containsKey("avg") ? "avg" : "curr");
      OptionalDouble said = CsvResults.number(average);
      if (count.isEmpty() || count.getAsDouble() < 1 || mean.isEmpty() || said.isEmpty()) {
        results.problem(
            file,
            line,
            "no sound line count=... avg=... std=... belongs to it: delete the run, or make it again");
        return;
      }
      double off = Math.abs(said.getAsDouble() - mean.getAsDouble());
      if (off > PRINTED * mean.getAsDouble()) {
        results.problem(
            file,
            line,
            "the average here, %s, is not that of its count= line, %s: lines of another run are between; delete the run, or make it again"
                .formatted(average, mean.getAsDouble()));
        return;
      }
      add(line, fields, (long) count.getAsDouble(), mean.getAsDouble());
    }

    private void add(int line, Map<String, String> fields, long count, double mean) {
      OptionalDouble std = OptionalDouble.empty();
      if (count > 1) {
        std = fields.containsKey("avg") ? number(fields, "std") : OptionalDouble.of(0);
      }
      try {
        Timing timing = new Timing(mean, std, number(fields, "median"), count);
        model.ifPresent(m -> results.run(file, line, m, timing));
      } catch (IllegalArgumentException e) {
        results.problem(file, line, e.getMessage() + ": delete the run, or make it again");
      }
    }

    private static OptionalDouble number(Map<String, String> fields, String name) {
      return fields.containsKey(name)
          ? CsvResults.number(fields.get(name))
          : OptionalDouble.empty();
    }
  }
}
