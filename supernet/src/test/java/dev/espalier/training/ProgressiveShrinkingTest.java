package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.network.NetworkParameters;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressiveShrinkingTest {
  private static final TrainingListener SILENT = new Recorder(Integer.MAX_VALUE);

  @TempDir java.nio.file.Path folder;

  private Path checkpoint;

  /** Stands for a kill after an epoch whose checkpoint is safe. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private record Recorder(int killAfter) implements TrainingListener {
    @Override
    public void step(String phase, int epoch, double done, double loss) {
      assertThat(done).isBetween(0.0, 1.0);
    }

    @Override
    public void epoch(EpochRecord record) {
      if (record.epoch() == killAfter) {
        throw new Killed();
      }
    }
  }

  @BeforeEach
  void placeCheckpoint() {
    checkpoint = new Path(folder.resolve("checkpoint").toUri());
  }

  private ProgressiveShrinking training(int threads) {
    return new ProgressiveShrinking(
        TinyTraining.network(),
        TinyTraining.config(threads),
        TinyTraining.images(128, 1),
        TinyTraining.images(64, 2));
  }

  private ProgressiveShrinking.Result run(ProgressiveShrinking training) {
    return training.run(checkpoint, "digest", new Configuration(), SILENT);
  }

  @Test
  void learnsAndRecordsEveryEpoch() {
    ProgressiveShrinking.Result result = run(training(2));

    List<EpochRecord> record = result.record();
    assertThat(record).extracting(EpochRecord::epoch).containsExactly(1, 2, 3, 4, 5);
    assertThat(record)
        .extracting(EpochRecord::phase)
        .containsExactly("full", "full", "kernel", "width", "width");
    assertThat(record.get(4).loss()).isLessThan(record.get(0).loss());
    assertThat(record.get(4).largestAccuracy()).isGreaterThan(0.9);
    assertThat(result.weights().tensors().keySet())
        .isEqualTo(NetworkParameters.shapesOf(TinyTraining.network()).keySet());
  }

  @Test
  void killedAfterAnyEpochItEndsWithTheSameWeights() throws Exception {
    var undisturbed = run(training(2)).weights();
    for (int killAfter = 1; killAfter <= 4; killAfter++) {
      Files.delete(folder.resolve("checkpoint"));
      Recorder recorder = new Recorder(killAfter);
      assertThatThrownBy(() -> training(2).run(checkpoint, "digest", new Configuration(), recorder))
          .isInstanceOf(Killed.class);

      assertThat(run(training(2)).weights())
          .as("killed after %d", killAfter)
          .isEqualTo(undisturbed);
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() throws Exception {
    var one = run(training(1)).weights();
    for (int threads : new int[] {2, 3}) {
      Files.delete(folder.resolve("checkpoint"));
      assertThat(run(training(threads)).weights()).as("%d threads", threads).isEqualTo(one);
    }
  }

  @Test
  void refusesTheCheckpointOfAnotherConfiguration() {
    run(training(1));

    assertThatThrownBy(
            () -> training(1).run(checkpoint, "other digest", new Configuration(), SILENT))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("belongs to another configuration")
        .hasMessageContaining("train into another folder");
  }

  @Test
  void refusesADamagedCheckpoint() throws Exception {
    run(training(1));
    java.nio.file.Path file = folder.resolve("checkpoint");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Files.deleteIfExists(folder.resolve(".checkpoint.crc"));

    assertThatThrownBy(() -> run(training(1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("damaged (checksum)")
        .hasMessageContaining("delete it to start anew");
  }

  @Test
  void saysWhichPhaseDiverged() {
    TrainingConfig sane = TinyTraining.config(1);
    TrainingConfig wild =
        new TrainingConfig(
            sane.name(),
            null,
            sane.data(),
            sane.seed(),
            1,
            1,
            sane.batch(),
            sane.augmentation(),
            sane.labelSmoothing(),
            sane.weightDecay(),
            sane.clipNorm(),
            sane.calibrationImages(),
            0,
            0,
            List.of(new TrainingConfig.Phase("full", 3, 1e30, 0, 0, java.util.Map.of())));
    assertThatThrownBy(
            () ->
                run(
                    new ProgressiveShrinking(
                        TinyTraining.network(),
                        wild,
                        TinyTraining.images(128, 1),
                        TinyTraining.images(64, 2))))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("phase full, epoch 1")
        .hasMessageContaining("Lower learningRate");
  }

  @Test
  void trainsOneArchitectureAlone() {
    var network = TinyTraining.network();
    var alone =
        ProgressiveShrinking.alone(
            network,
            TinyTraining.config(1),
            TinyTraining.images(128, 1),
            TinyTraining.images(64, 2),
            network.space().smallest());

    EpochRecord last = run(alone).record().get(4);

    assertThat(last.smallestAccuracy()).isEqualTo(last.largestAccuracy()).isGreaterThan(0.9);
  }
}
