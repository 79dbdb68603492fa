package dev.espalier.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import dev.espalier.kit.KitResults.OutlierRule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitResultsTest {
  @TempDir private static Path folder;
  private static Kit kit;
  private static KitModel a;
  private static KitModel b;

  @BeforeAll
  static void writeKit() {
    kit = KitTesting.write(KitTesting.contents(KitTesting.space(10)), folder.resolve("kit"));
    a = kit.models(KitRole.OPERATOR).get(0);
    b = kit.models(KitRole.OPERATOR).get(1);
  }

  private static KitTimings read(String form, String text) {
    return read(form, "log.txt", text, OptionalDouble.empty(), OutlierRule.KEEP);
  }

  /** In the text A and B stand for the names of two models. */
  private static KitTimings read(
      String form, String file, String text, OptionalDouble clock, OutlierRule rule) {
    String named = text.replace("<A>", a.name()).replace("<B>", b.name());
    return KitResults.read(
        kit, ResultsForm.named(form), List.of(new SourceFile(file, named)), clock, rule);
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(String form, String text) {
    return assertThatThrownBy(() -> read(form, text)).isInstanceOf(InvalidDocumentException.class);
  }

  @Test
  void csvHasOneRunALine() {
    Timing timing =
        read("csv", "file,micros\n<A>.onnx,10\n<B>.onnx,5\r\n<A>,14\n\n<A>.onnx,12\n")
            .timings()
            .get(a);
    assertThat(timing.medianMicros()).hasValue(12);
    assertThat(timing.meanMicros()).isEqualTo(12);
    assertThat(timing.stdMicros().orElseThrow()).isCloseTo(2, within(1e-12));
    assertThat(timing.samples()).isEqualTo(3);
  }

  @Test
  void csvSaysItsUnitInTheHeader() {
    assertThat(read("csv", "file,millis,run\n<A>,1.5,1\n").timings().get(a).micros())
        .isEqualTo(1500);
    assertRefused("csv", "file,latency\n<A>,1.5\n")
        .hasMessageContaining(
            "log.txt, line 1: the unit is not declared: of the columns file, latency");
    assertRefused("csv", "file,micros,millis\n<A>,1.5,2\n").hasMessageContaining("not declared");
    assertRefused("csv", "name,micros\n<A>,1.5\n").hasMessageContaining("column 'file' is missing");
  }

  @Test
  void csvLinesThatAreNoResultAreNamed() {
    assertRefused("csv", "file,micros\n<A>,\n<A>,fast\n<A>,-1\n<A>,nan\n<A>\n<A>,2e9\n")
        .hasMessageContaining("results as csv: 6 problems")
        .hasMessageContaining("line 2: column micros: nothing is not a number")
        .hasMessageContaining("line 3: column micros: 'fast' is not a number: delete the line")
        .hasMessageContaining("line 4: -1.0 us is not a latency")
        .hasMessageContaining("line 5: column micros: 'nan' is not a number")
        .hasMessageContaining("line 6: 1 values, not 2")
        .hasMessageContaining("line 7: 2.0E9 us is not a latency");
    assertRefused("csv", "").hasMessageContaining("the file is empty");
    assertRefused("csv", "file,micros\n").hasMessageContaining("no timing was found");
  }

  @Test
  void aConstantColumnIsNoTiming() {
    assertRefused("csv", "file,micros\n<A>,3\n<B>,3\n<A>,3\n<B>,3\n")
        .hasMessageContaining("all 4 samples of 2 models are 3.0 us: this column is no timing");
  }

  @Test
  void resultsOfAnotherKitAreNamedOnceAFile() {
    assertRefused("csv", "file,micros\n<A>,3\nop-0001-ffffff,4\nop-0002-ffffff,4\n")
        .hasMessageContaining(
            "log.txt, line 3: 'op-0001-ffffff' is no model of this kit (%d models of tiny), nor are those of 1 lines more: these are results of another kit"
                .formatted(kit.models().size()));
  }

  @Test
  void outliersAreReportedAndDroppedIfAskedFor() {
    String text =
        "file,micros\n<A>,10\n<A>,10.1\n<A>,9.9\n<A>,10\n<A>,10.2\n<A>,55\n<B>,1\n<B>,1.01\n";
    KitTimings kept = read("csv", text);
    assertThat(kept.outliers()).hasSize(1);
    KitTimings.Outliers outliers = kept.outliers().get(0);
    assertThat(outliers.model()).isEqualTo(a);
    assertThat(outliers.count()).isEqualTo(1);
    assertThat(outliers.samples()).isEqualTo(6);
    assertThat(outliers.farthestMicros()).isEqualTo(55);
    assertThat(kept.timings().get(a).samples()).isEqualTo(6);
    KitTimings dropped = read("csv", "log.txt", text, OptionalDouble.empty(), OutlierRule.DROP);
    assertThat(dropped.outliersDropped()).isTrue();
    assertThat(dropped.timings().get(a).samples()).isEqualTo(5);
    assertThat(dropped.timings().get(a).meanMicros()).isCloseTo(10.04, within(1e-9));
  }

  private static final String RUN =
      """
      # espalier <A>
      INFO: STARTING!
      INFO: Running benchmark for at least 1 iterations and at least 0.5 seconds
      INFO: count=37 first=14744 curr=15520 min=13164 max=18295 avg=13764.3 std=967

      INFO: Running benchmark for at least 50 iterations
      INFO: count=74 first=14850 curr=13315 min=13105 max=15765 avg=13520.2 std=470

      INFO: Inference timings in us: Init: 12750, First inference: 14744, Warmup (avg): 13764.3, Inference (avg): 13520.2
      INFO: Peak memory footprint (MB): init=0 overall=12.8672
      """;

  @Test
  void tfliteLogsGiveMeanDeviationAndCountOfTheMeasuredRuns() {
    assertThat(read("tflite-benchmark", RUN).timings().get(a))
        .isEqualTo(new Timing(13520.2, OptionalDouble.of(470), OptionalDouble.empty(), 74));
  }

  @Test
  void tfliteLogsOfMedianAndOfEqualRunsAndOfOldReleasesAreRead() {
    KitTimings timings =
        read(
            "tflite-benchmark",
            """
            # espalier <A>
            count=50 first=8 curr=9 min=7 max=12 avg=9.12 std=1 p5=7 median=9 p95=11
            Inference timings in us: Init: 5, First inference: 8, Warmup (avg): 9, Inference (avg): 9.12
            # espalier <B>
            count=20 curr=7 (all same)
            Average inference timings in us: Warmup: 8, Init: 99, no stats: 7
            """);
    assertThat(timings.timings().get(a).medianMicros()).hasValue(9);
    assertThat(timings.timings().get(b))
        .isEqualTo(new Timing(7, OptionalDouble.of(0), OptionalDouble.empty(), 20));
  }

  @Test
  void tfliteRunsOfOneModelArePooledWhateverTheirOrder() {
    String second = RUN.replace("count=74", "count=26").replace("13520.2", "13600.2");
    Timing timing = read("tflite-benchmark", RUN + second).timings().get(a);
    assertThat(timing.meanMicros()).isCloseTo(13541.0, within(1e-6));
    assertThat(timing.samples()).isEqualTo(100);
    assertThat(timing).isEqualTo(read("tflite-benchmark", second + RUN).timings().get(a));
  }

  @Test
  void aFileNamedForItsModelNeedsNoMarker() {
    String log = RUN.substring(RUN.indexOf('\n') + 1);
    assertThat(
            read(
                    "tflite-benchmark",
                    "logs/" + a.name() + ".log",
                    log,
                    OptionalDouble.empty(),
                    OutlierRule.KEEP)
                .timings())
        .containsOnlyKeys(a);
    assertRefused("tflite-benchmark", log)
        .hasMessageContaining("line 8: no line before it names the model");
  }

  @Test
  void tfliteRunsThatToldNothingAreListedAndTheOthersKept() {
    KitTimings timings =
        read("tflite-benchmark", "# espalier <B>\nERROR: Failed to allocate tensors!\n" + RUN);
    assertThat(timings.timings()).containsOnlyKeys(a);
    assertThat(timings.unfinished())
        .containsExactly("log.txt, line 1: %s was begun and told no latency".formatted(b.name()));
    assertRefused("tflite-benchmark", "# espalier <B>\nkilled\n")
        .hasMessageContaining("no timing was found: log.txt, line 1: ");
  }

  @Test
  void tfliteLogsThatDoNotFitTogetherAreNamed() {
    assertRefused(
            "tflite-benchmark", RUN.replace("Inference (avg): 13520.2", "Inference (avg): 99"))
        .hasMessageContaining(
            "line 9: the average here, 99, is not that of its count= line, 13520.2");
    assertRefused("tflite-benchmark", RUN.replace("timings in us", "timings in ms"))
        .hasMessageContaining("line 9: timings are in 'ms', not in us");
    assertRefused("tflite-benchmark", RUN.replaceAll("(?m)^INFO: count=.*$", ""))
        .hasMessageContaining("line 9: no sound line count=... avg=... std=... belongs to it");
    assertRefused("tflite-benchmark", RUN.replaceAll("Inference \\(avg\\).*", "Infer"))
        .hasMessageContaining("line 9: the line of timings is cut short");
    assertRefused("tflite-benchmark", "hello\n")
        .hasMessageContaining("no timing was found: is this the log of TFLite's benchmark_model");
  }

  @Test
  void serialLogsCountCyclesOfAClockOrTellTime() {
    KitTimings timings =
        read(
            "serial",
            "boot.log",
            "Booting 1.2\n[12:00:01] espalier <A> cycles 16800\nespalier <A> cycles 17000\r\nespalier <B> us 12.5\n",
            OptionalDouble.of(168),
            OutlierRule.KEEP);
    assertThat(timings.timings().get(a).meanMicros()).isCloseTo(16900 / 168.0, within(1e-9));
    assertThat(timings.timings().get(a).samples()).isEqualTo(2);
    assertThat(timings.timings().get(b))
        .isEqualTo(new Timing(12.5, OptionalDouble.empty(), OptionalDouble.of(12.5), 1));
  }

  @Test
  void serialLinesThatAreNoResultAreNamed() {
    assertRefused("serial", "espalier <A> us 12\nespalier <A> cyc\nespalier <A> cycles x\n")
        .hasMessageContaining("line 2: 'espalier %s cyc' is not espalier MODEL".formatted(a.name()))
        .hasMessageContaining("line 3: ");
    assertRefused("serial", "espalier <A> cycles 12\nespalier <A> cycles 13\n")
        .hasMessageContaining(
            "line 1: cycles are no time without the device's clock: give --clock-mhz");
    assertRefused("serial", "nothing here\n")
        .hasMessageContaining("no timing was found: is this a serial log");
  }

  @Test
  void unknownFormsAreRefusedWithThoseThatAreKnown() {
    assertThatThrownBy(() -> ResultsForm.named("xml"))
        .hasMessage("unknown form of results 'xml'; forms are csv, serial, tflite-benchmark");
  }

  @Test
  void measurementsReadBackAndLaterOnesReplace() {
    KitMeasurements first =
        KitMeasurements.NONE.with(
            kit, read("csv", "file,micros\n<A>,10\n<B>,5\n<A>,14\n").timings());
    assertThat(KitMeasurements.ofCsv("m.csv", first.toCsv())).isEqualTo(first);
    KitMeasurements second = first.with(kit, read("csv", "file,micros\n<A>,20\n").timings());
    assertThat(second.timings()).hasSize(2);
    assertThat(second.find(kit, a).orElseThrow().micros()).isEqualTo(20);
    assertThat(second.find(kit, b)).isEqualTo(first.find(kit, b));
    assertThatThrownBy(
            () ->
                KitMeasurements.ofCsv(
                    "m.csv",
                    (new String(first.toCsv(), StandardCharsets.UTF_8)
                            + "operator,\"x\",1,,1,1\nempty,1x1x1,0,,,1\n")
                        .getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("line 4: ")
        .hasMessageContaining("line 5: timing: mean 0.0");
  }
}
