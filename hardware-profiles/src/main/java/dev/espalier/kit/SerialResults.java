package dev.espalier.kit;

import dev.espalier.importer.LatencyUnit;
import dev.espalier.importer.SourceFile;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A serial log: lines {@code espalier MODEL cycles 123456} or {@code espalier MODEL us 123.4} (or
 * ms, or s), one a run; whatever stands before {@code espalier}, such as a time, and all other
 * lines are passed over. Cycles need the clock.
 */
public final class SerialResults implements ResultsForm {
  private static final Pattern OURS = Pattern.compile("(?:^|\\s)espalier(?:\\s|$).*");
  private static final Pattern LINE =
      Pattern.compile("(?:^|\\s)espalier\\s+(\\S+)\\s+(cycles|us|ms|s)\\s+(\\S+)\\s*$");
  private static final String CYCLES = "cycles";

  @Override
  public String name() {
    return "serial";
  }

  @Override
  public String summary() {
    return "a serial log of lines espalier MODEL cycles N, or us N; cycles need the clock";
  }

  @Override
  public void read(SourceFile file, OptionalDouble clockMegahertz, KitResults results) {
    int number = 0;
    boolean clockMissed = false;
    for (String line : file.text().split("\\R", -1)) {
      number++;
      if (!OURS.matcher(line).find()) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      OptionalDouble value =
          matcher.find() ? CsvResults.number(matcher.group(3)) : OptionalDouble.empty();
      if (value.isEmpty()) {
        results.problem(
            file,
            number,
            "'%s' is not espalier MODEL cycles N, or us N: delete the line if it was cut short"
                .formatted(line.strip()));
        continue;
      }
      boolean cycles = matcher.group(2).equals(CYCLES);
      if (cycles && clockMegahertz.isEmpty()) {
        if (!clockMissed) {
          results.problem(
              file,
              number,
              "cycles are no time without the device's clock: give --clock-mhz, or clockMegahertz in the description");
        }
        clockMissed = true;
        continue;
      }
      double micros =
          cycles
              ? value.getAsDouble() / clockMegahertz.getAsDouble()
              : LatencyUnit.valueOf(matcher.group(2).toUpperCase(Locale.ROOT))
                  .toMicros(value.getAsDouble());
      int place = number;
      results
          .model(file, number, matcher.group(1))
          .ifPresent(model -> results.sample(file, place, model, micros));
    }
  }
}
