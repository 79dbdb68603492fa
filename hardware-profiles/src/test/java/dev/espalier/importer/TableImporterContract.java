package dev.espalier.importer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.TableImporter.Mapping;
import dev.espalier.operator.Operator;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every importer does. */
abstract class TableImporterContract {
  private static final long SEED = 20_260_331;
  private static final int MUTANTS = 2_500;

  /** What people and programs write where a number belongs. */
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "-1",
          "NaN",
          ".nan",
          "Infinity",
          "-.inf",
          "1e999",
          "1e-999",
          "1e308",
          "1d",
          "0x10",
          "2147483648",
          "99999999999999999999",
          "",
          " ",
          "null",
          "~",
          "1,5",
          "1_000",
          "٣");

  private static final String CHARACTERS =
      ":-x,.\n\r\t \"'#&*!{}[]|>%@`?0123456789eE_\uFEFF\u0000é";

  abstract TableImporter importer();

  abstract ImportSettings settings();

  /** A sound file of several entries. */
  abstract String sample();

  /** A latency that stands in it once. */
  abstract String latency();

  /** A spread that stands in it once, and what makes more than five times the mean of it. */
  abstract Optional<Map.Entry<String, String>> absurdSpread();

  /** A number of samples that stands in it once. */
  abstract String samples();

  /** What makes the sample, when it is appended, repeat its first operator with another latency. */
  abstract String repetition();

  final ImportedTable read(String... files) {
    List<SourceFile> sources = new ArrayList<>();
    for (String file : files) {
      sources.add(new SourceFile("table" + (sources.size() + 1), file));
    }
    return TableImport.read(importer(), sources, settings());
  }

  final InvalidDocumentException refused(String... files) {
    InvalidDocumentException thrown =
        catchThrowableOfType(InvalidDocumentException.class, () -> read(files));
    assertThat(thrown).as("it should be refused").isNotNull();
    return thrown;
  }

  /** The sample with a text in it, which stands there once, replaced. */
  final String with(String text, String replacement) {
    assertThat(sample().split(java.util.regex.Pattern.quote(text), -1))
        .as("'%s' stands in the sample once", text)
        .hasSize(2);
    return sample().replace(text, replacement);
  }

  /** The line of the sample where a text stands, 1 first. */
  final int line(String text) {
    return 1
        + (int)
            sample().substring(0, sample().indexOf(text)).chars().filter(c -> c == '\n').count();
  }

  @Test
  void isRegisteredUnderItsFormat() {
    assertThat(TableImporter.named(importer().format())).hasSameClassAs(importer());
    assertThat(importer().format()).matches("[a-z0-9-]+");
    assertThat(importer().summary()).isNotBlank();
  }

  @Test
  void readsOperatorsWithLatenciesOfTheSettings() {
    ImportedTable table = read(sample());
    requireSound(table.table());
    assertThat(table.pooled()).isZero();
    assertThat(table.largestRatio()).isEqualTo(1);
    assertThat(table.entries()).isEqualTo(table.table().size()).isPositive();
  }

  @Test
  void whatItReadsSurvivesTheTablesOwnForm() {
    LatencyTable table = read(sample()).table();
    assertThat(LatencyTable.ofCsv("latency.csv", table.toCsv())).isEqualTo(table);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "NaN", ".nan", "Infinity", "1e999", "1e-999", "1d", "fast"})
  void namesFileAndLineOfALatencyThatIsNone(String text) {
    assertThat(refused(sample(), with(latency(), text)).problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("table2, line " + line(latency()) + ": ")
                    .contains("'" + text + "'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1.5", "9999999999", "many"})
  void namesFileAndLineOfANumberOfSamplesThatIsNone(String text) {
    assertThat(refused(with(samples(), text)).problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("table1, line " + line(samples()) + ": ")
                    .contains("'" + text + "' is not a whole number from 1"));
  }

  @Test
  void refusesASpreadThatIsAbsurd() {
    assumeThat(absurdSpread()).as("the format has a spread").isPresent();
    String spread = absurdSpread().orElseThrow().getKey();
    assertThat(refused(with(spread, absurdSpread().orElseThrow().getValue())).problems())
        .singleElement()
        .asString()
        .contains("us is more than 5 times the mean of ", ": check the unit");
    assertThat(refused(with(spread, "-1")).problems())
        .singleElement()
        .asString()
        .contains("'-1' is not a ", ": a finite number of at least 0 is needed");
  }

  @Test
  void reportsAllProblemsTogether() {
    assertThat(refused(with(latency(), "-1"), with(samples(), "0"), "").problems())
        .hasSizeGreaterThanOrEqualTo(3)
        .anyMatch(problem -> problem.startsWith("table1, "))
        .anyMatch(problem -> problem.startsWith("table2, "))
        .anyMatch(problem -> problem.startsWith("table3, line 1: "));
  }

  @Test
  void refusesARepeatedOperatorAndNamesBothPlaces() {
    int places = sample().split("\n", -1).length - 1;
    assertThat(refused(sample() + repetition()).problems())
        .singleElement()
        .asString()
        .matches(
            "table1, line \\d+: \\S+ us here and \\S+ us in table1, line \\d+ are of the same operator, .*: keep one")
        .satisfies(
            problem ->
                assertThat(Integer.parseInt(problem.replaceAll("table1, line (\\d+): .*", "$1")))
                    .isGreaterThan(places));
  }

  @Test
  void takesACopyOnce() {
    assertThat(read(sample(), sample()).table()).isEqualTo(read(sample()).table());
    assertThat(read(sample(), sample()).pooled()).isZero();
  }

  @Test
  void poolsRunsThatAgreeWhateverTheirOrder() {
    String nearby = with(latency(), times(latency(), 1.05));
    ImportedTable pooled = read(sample(), nearby);
    assertThat(pooled.pooled()).isEqualTo(1);
    assertThat(pooled.largestRatio()).isBetween(1.045, 1.055);
    assertThat(read(nearby, sample()).table()).isEqualTo(pooled.table());
    assertThat(pooled.table().entries().keySet())
        .isEqualTo(read(sample()).table().entries().keySet());
    requireSound(pooled.table());
  }

  @Test
  void refusesRunsThatDisagreeAndNamesBothPlaces() {
    assertThat(refused(sample(), with(latency(), times(latency(), 1.15))).problems())
        .singleElement()
        .asString()
        .matches(
            "table2, line \\d+: \\S+ us here and \\S+ us in table1, line \\d+ are of the same operator, .*: runs that differ by more than 10 % did not measure the same; leave one out");
  }

  static String times(String number, double factor) {
    return String.format(java.util.Locale.ROOT, "%.3f", Double.parseDouble(number) * factor);
  }

  @Test
  void refusesAFileThatIsNotItsForm() {
    assertThat(refused("").problems()).hasSize(1).allMatch(p -> p.startsWith("table1, line 1: "));
    assertThat(refused("\u0000\u0001").problems()).isNotEmpty();
    assertThat(refused("{\"json\": [1, 2]}\n").problems()).isNotEmpty();
  }

  @Test
  void takesAMappingExactlyWhereItNeedsOne() {
    boolean needed = importer().mapping() == Mapping.NEEDED;
    assertThat(settings().mapping().isPresent()).isEqualTo(needed);
    Optional<SourceFile> mapping =
        needed ? Optional.empty() : Optional.of(new SourceFile("columns.yaml", "a: b"));
    assertThatThrownBy(
            () ->
                TableImport.read(
                    importer(),
                    List.of(new SourceFile("table1", sample())),
                    new ImportSettings(settings().precision(), settings().origin(), mapping)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("format " + importer().format())
        .hasMessageContaining("mapping");
  }

  @Test
  @Timeout(300)
  void aMutatedFileIsRefusedOrMakesASoundTable() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutated(sample(), random);
      accepted +=
          attempt(
              "seed %d, mutant %d:\n%s".formatted(SEED, i, new String(mutant, UTF_8)),
              mutant,
              settings());
    }
    assertThat(accepted).as("accepted of %d, seed %d", MUTANTS, SEED).isBetween(1, MUTANTS - 1);
  }

  /** 1 if it was accepted. */
  final int attempt(String what, byte[] file, ImportSettings settings) {
    try {
      ImportedTable table =
          TableImport.read(importer(), List.of(SourceFile.of("mutant", file)), settings);
      requireSound(table.table());
      return 1;
    } catch (InvalidDocumentException e) {
      return e.problems().isEmpty() ? fail(what, e) : 0;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
      return fail(what, e);
    }
  }

  final void requireSound(LatencyTable table) {
    assertThat(table.size()).isPositive();
    for (Map.Entry<Operator, LatencyEntry> each : table.entries().entrySet()) {
      Operator operator = each.getKey();
      LatencyEntry entry = each.getValue();
      assertThat(Operator.parse(operator.key())).isEqualTo(operator);
      assertThat(operator.precision()).isEqualTo(settings().precision());
      assertThat(entry.origin()).isEqualTo(settings().origin());
      assertThat(entry.meanMicros()).isPositive().isFinite();
      assertThat(entry.micros()).isEqualTo(entry.meanMicros());
      entry
          .stdMicros()
          .ifPresent(std -> assertThat(std).isFinite().isBetween(0.0, 5 * entry.meanMicros()));
      entry.samples().ifPresent(samples -> assertThat(samples).isPositive());
    }
  }

  static byte[] mutated(String text, RandomGenerator random) {
    byte[] bytes = text.getBytes(UTF_8);
    for (int rounds = 1 + random.nextInt(3); rounds > 0; rounds--) {
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flipped(bytes, random);
            case 1 -> inserted(new String(bytes, UTF_8), random);
            case 2 -> lines(new String(bytes, UTF_8), random);
            default -> numbers(new String(bytes, UTF_8), random);
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, RandomGenerator random) {
    byte[] flipped = bytes.clone();
    if (flipped.length > 0) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] inserted(String text, RandomGenerator random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(4));
    char c = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    return (text.substring(0, at) + c + text.substring(end)).getBytes(UTF_8);
  }

  /** One line repeated, moved, or cut off with all that follow. */
  private static byte[] lines(String text, RandomGenerator random) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int one = random.nextInt(lines.size());
    int other = random.nextInt(lines.size());
    switch (random.nextInt(3)) {
      case 0 -> lines.add(one, lines.get(other));
      case 1 -> Collections.swap(lines, one, other);
      default -> lines.subList(one, lines.size()).clear();
    }
    return String.join("\n", lines).getBytes(UTF_8);
  }

  private static byte[] numbers(String text, RandomGenerator random) {
    List<int[]> found = new ArrayList<>();
    java.util.regex.Matcher numbers = java.util.regex.Pattern.compile("[0-9.]+").matcher(text);
    while (numbers.find()) {
      found.add(new int[] {numbers.start(), numbers.end()});
    }
    if (found.isEmpty()) {
      return text.getBytes(UTF_8);
    }
    int[] place = found.get(random.nextInt(found.size()));
    String number =
        random.nextBoolean()
            ? NUMBERS.get(random.nextInt(NUMBERS.size()))
            : String.valueOf(random.nextInt(2000));
    return (text.substring(0, place[0]) + number + text.substring(place[1])).getBytes(UTF_8);
  }
}
