package dev.espalier.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.TorchNetwork;
import dev.espalier.run.EvaluationImages;
import dev.espalier.space.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubnetEvaluationIT {
  private static final Supernet SUPERNET = SparkTesting.supernet();
  private static final List<Architecture> ARCHITECTURES =
      SparkTesting.architectures(SUPERNET.space(), 12, 1);

  @TempDir Path folder;
  private final List<EvaluationProgress> progress = new ArrayList<>();

  private SubnetEvaluation evaluation(String cache, long dataSeed) {
    return new SubnetEvaluation(
        SparkTesting.session(),
        SUPERNET,
        SparkTesting.data(dataSeed),
        new org.apache.hadoop.fs.Path("file://" + folder.resolve(cache)));
  }

  private List<AccuracyMeasurement> measured(String cache, int partitions) {
    progress.clear();
    return evaluation(cache, 1).measure(ARCHITECTURES, partitions, progress::add);
  }

  private EvaluationProgress last() {
    return progress.get(progress.size() - 1);
  }

  private List<Path> cacheFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
    }
  }

  @Test
  void anyNumberOfPartitionsGivesTheSameMeasurementsInTheOrderOfCodes() {
    List<AccuracyMeasurement> one = measured("one", 1);

    assertThat(one).extracting(AccuracyMeasurement::architecture).isEqualTo(ARCHITECTURES);
    assertThat(one.stream().mapToInt(AccuracyMeasurement::correct).distinct().count())
        .isGreaterThan(3);
    assertThat(measured("three", 3)).isEqualTo(one);
    assertThat(measured("eight", 8)).isEqualTo(one);
    assertThat(last()).extracting(EvaluationProgress::done).isEqualTo(12);
    assertThat(progress).hasSize(9);
    assertThat(last().left()).hasValueSatisfying(left -> assertThat(left).isZero());
  }

  @Test
  void whatWasMeasuredIsNotMeasuredAgain() throws IOException {
    List<AccuracyMeasurement> first = measured("cache", 3);
    List<Path> files = cacheFiles();

    List<AccuracyMeasurement> second = measured("cache", 8);

    assertThat(second).isEqualTo(first);
    assertThat(last().cached()).isEqualTo(12);
    assertThat(progress).hasSize(1);
    assertThat(cacheFiles()).isEqualTo(files).hasSize(3);
  }

  @Test
  void aKilledRunGoesOnWhereItStopped() throws IOException {
    List<AccuracyMeasurement> whole = measured("whole", 4);
    measured("killed", 4);
    Path lost =
        cacheFiles().stream()
            .filter(f -> f.toString().contains("killed"))
            .findFirst()
            .orElseThrow();
    int inIt = Files.readAllLines(lost).size();
    Files.delete(lost);
    // What a killed task leaves behind: a hidden half.
    Path half = lost.resolveSibling("." + lost.getFileName() + "-half");
    Files.writeString(half, "{\"chec", UTF_8);

    assertThat(measured("killed", 4)).isEqualTo(whole);
    assertThat(last().cached()).isEqualTo(12 - inIt).isPositive();
    assertThat(half).as("perhaps another run's").exists();

    Files.setLastModifiedTime(half, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Files.delete(
        cacheFiles().stream()
            .filter(f -> f.toString().contains("killed"))
            .findFirst()
            .orElseThrow());
    measured("killed", 4);
    assertThat(half).as("nobody's any more").doesNotExist();
  }

  @Test
  void damagedEntriesAreMeasuredAgain() throws IOException {
    List<AccuracyMeasurement> sound = measured("cache", 1);
    Path file = cacheFiles().get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(0, lines.get(0).replaceFirst("\"correct\":\\d+", "\"correct\":90"));
    lines.set(1, lines.get(1).substring(0, 40));
    lines.set(2, lines.get(2).replace("\"supernet\":\"", "\"supernet\":\"0"));
    Files.write(file, lines);

    assertThat(measured("cache", 1)).isEqualTo(sound);
    assertThat(last().cached()).isEqualTo(9);
  }

  @Test
  void otherImagesAreMeasuredAnew() {
    measured("cache", 2);
    progress.clear();

    List<AccuracyMeasurement> other =
        evaluation("cache", 77).measure(ARCHITECTURES, 2, progress::add);

    assertThat(last().cached()).isZero();
    assertThat(other.get(0).conditions()).isNotEqualTo(evaluation("cache", 1).conditions());
  }

  @Test
  void countsAgreeWithTorch() {
    List<AccuracyMeasurement> measured = measured("cache", 2);
    EvaluationImages data = SparkTesting.data(1);
    try (TorchNetwork torch = new TorchNetwork(SUPERNET.network(), SUPERNET.weights())) {
      for (AccuracyMeasurement measurement : measured) {
        Architecture architecture = measurement.architecture();
        int side = SUPERNET.network().input(architecture).side();
        BatchNormStatistics statistics =
            torch.calibrate(
                architecture, data.preprocessing().images(data.calibration(), side), 40, 250);
        float[] logits =
            torch.logits(
                architecture, statistics, data.preprocessing().images(data.evaluation(), side), 90);
        int correct = 0;
        for (int i = 0; i < 90; i++) {
          int best = 0;
          for (int c = 1; c < 5; c++) {
            best = logits[i * 5 + c] > logits[i * 5 + best] ? c : best;
          }
          correct += best == data.evaluation().label(i) ? 1 : 0;
        }
        assertThat(measurement.correct()).isEqualTo(correct);
        assertThat(measurement.images()).isEqualTo(90);
      }
    }
  }

  @Test
  void anArchitectureOfAnotherSpaceIsRefused() {
    byte[] code = SUPERNET.space().smallest().toBytes();
    code[code.length - 1] = 1; // a skipped block
    Architecture stranger = Architecture.ofCanonical(code);

    assertThatThrownBy(() -> evaluation("cache", 1).measure(List.of(stranger), p -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "architecture %s is not a canonical code of the supernet's space".formatted(stranger));
  }
}
