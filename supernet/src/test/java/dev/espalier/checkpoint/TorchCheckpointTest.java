package dev.espalier.checkpoint;

import static dev.espalier.checkpoint.TorchFiles.file;
import static dev.espalier.checkpoint.TorchFiles.floats;
import static dev.espalier.checkpoint.TorchFiles.storage;
import static dev.espalier.checkpoint.TorchFiles.tensor;
import static dev.espalier.checkpoint.TorchFiles.zip;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.checkpoint.PickleWriter.Call;
import dev.espalier.checkpoint.PickleWriter.Persistent;
import dev.espalier.checkpoint.TorchFiles.Format;
import dev.espalier.network.WeightTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchCheckpointTest {
  private static final Path DATA = Path.of("..", "..", "shared", "data", "ofa-mbv3-note10");

  /** A state dict of two tensors that share a storage. */
  private static byte[] small(Format format) {
    Persistent storage = storage("FloatStorage", "0", 6);
    Map<String, Object> weights = new LinkedHashMap<>();
    weights.put("layer.weight", tensor(storage, 0, List.of(2, 2), List.of(2, 1)));
    weights.put("layer.bias", tensor(storage, 4, List.of(2), List.of(1)));
    return file(
        format,
        Map.of("epoch", 3, "state_dict", weights),
        Map.of("0", floats(1, 2, 3, 4, 5, 6)),
        4);
  }

  private static TorchCheckpoint read(byte[] file) {
    return TorchCheckpoint.read(file, "net.pth");
  }

  @ParameterizedTest
  @EnumSource
  void readsTensorsUnderTheKeyOfWeights(Format format) {
    TorchCheckpoint checkpoint = read(small(format));

    assertThat(checkpoint.weights().tensors())
        .containsExactly(
            Map.entry("layer.bias", new WeightTensor(new int[] {2}, new float[] {5, 6})),
            Map.entry(
                "layer.weight", new WeightTensor(new int[] {2, 2}, new float[] {1, 2, 3, 4})));
    assertThat(checkpoint.others()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void transposedTensorsAreReadByTheirStrides(Format format) {
    Call transposed = tensor(storage("FloatStorage", "0", 6), 0, List.of(3, 2), List.of(1, 3));

    TorchCheckpoint checkpoint =
        read(file(format, Map.of("w", transposed), Map.of("0", floats(1, 2, 3, 4, 5, 6)), 4));

    assertThat(checkpoint.weights().tensor("w").values()).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void halvesAndDoublesBecomeFloatsAndCountsAreNoWeights() {
    Map<String, Object> dictionary = new LinkedHashMap<>();
    dictionary.put("half", tensor(storage("HalfStorage", "h", 4), 0, List.of(4), List.of(1)));
    dictionary.put("brain", tensor(storage("BFloat16Storage", "b", 1), 0, List.of(1), List.of(1)));
    dictionary.put("double", tensor(storage("DoubleStorage", "d", 1), 0, List.of(), List.of()));
    dictionary.put("seen", tensor(storage("LongStorage", "l", 1), 0, List.of(), List.of()));
    Map<String, byte[]> storages = new LinkedHashMap<>();
    storages.put(
        "h", new byte[] {0x00, 0x3c, 0x01, (byte) 0x80, (byte) 0xff, 0x7b, 0x00, (byte) 0xfc});
    storages.put("b", new byte[] {0x40, (byte) 0xc0});
    storages.put(
        "d", ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.25).array());
    storages.put("l", new byte[8]);

    TorchCheckpoint checkpoint = read(file(Format.ZIP, dictionary, storages, 1));

    assertThat(checkpoint.weights().tensor("half").values())
        .containsExactly(1, -0x1p-24f, 65504, Float.NEGATIVE_INFINITY);
    assertThat(checkpoint.weights().tensor("brain").values()).containsExactly(-3);
    assertThat(checkpoint.weights().tensor("double").values()).containsExactly(0.25f);
    assertThat(checkpoint.others()).containsExactly("seen");
  }

  @ParameterizedTest
  @EnumSource
  void anyOtherGlobalIsRefusedByItsName(Format format) {
    byte[] file = file(format, Map.of("w", new Call("os", "system", List.of("true"))), Map.of(), 4);

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ArtefactException.class)
        .hasMessageStartingWith("net.pth: pickle, byte ")
        .hasMessageContaining("global 'os.system' is not allowed");
  }

  @Test
  void aTensorOutsideItsStorageIsRefused() {
    byte[] file =
        file(
            Format.ZIP,
            Map.of("w", tensor(storage("FloatStorage", "0", 2), 1, List.of(2), List.of(1))),
            Map.of("0", floats(1, 2)),
            4);

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("tensor 'w' of size [2], stride [1] and offset 1")
        .hasMessageContaining("storage of 2 values");
  }

  @Test
  void expandedTensorsCannotGrowBeyondTheFile() {
    byte[] file =
        file(
            Format.ZIP,
            Map.of(
                "w",
                tensor(
                    storage("FloatStorage", "0", 2), 0, List.of(1 << 30, 1 << 30), List.of(0, 0))),
            Map.of("0", floats(1, 2)),
            4);

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("does not lie within its storage");
  }

  @Test
  void compressedEntriesAreRefused() {
    byte[] pickle = new PickleWriter().value(Map.of()).stop();

    assertThatThrownBy(() -> read(zip(pickle, Map.of(), ZipEntry.DEFLATED)))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("is compressed");
  }

  @Test
  void otherFilesAreNamedForWhatTheyAreNot() {
    assertThatThrownBy(() -> read("not a checkpoint".getBytes(US_ASCII)))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("not a file that torch.save wrote");
    assertThatThrownBy(() -> read(file(Format.LEGACY, Map.of("epoch", 3), Map.of(), 4)))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("no floating-point tensor");
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationIsRefused(Format format) {
    byte[] file = small(format);
    for (int length = 0; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> read(part))
          .as("%d of %d bytes", length, file.length)
          .isInstanceOf(ArtefactException.class)
          .hasMessageStartingWith("net.pth: ");
    }
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void mutatedFilesAreReadOrRefusedButNeverCrash(Format format) {
    byte[] file = small(format);
    long seed = 11;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      String what = "seed %d, mutant %d".formatted(seed, i);
      byte[] mutated = TorchFiles.mutated(file, random);
      try {
        assertThat(read(mutated).weights().tensors()).as(what).isNotEmpty();
      } catch (ArtefactException e) {
        refused++;
        assertThat(e).as(what).hasMessageStartingWith("net.pth: ");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail(what, e);
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void ofasAccuracyPredictorHoldsTheValuesOfItsPlainCopy() throws Exception {
    assumeThat(Files.isDirectory(DATA))
        .as("%s is absent: OFA's predictor is not checked", DATA)
        .isTrue();
    byte[] plain = Files.readAllBytes(DATA.resolve("acc_predictor.f32le.bin"));
    JsonNode manifest =
        new ObjectMapper().readTree(DATA.resolve("acc_predictor.manifest.json").toFile());

    TorchCheckpoint checkpoint = read(Files.readAllBytes(DATA.resolve("acc_predictor.pth")));

    assertThat(checkpoint.weights().tensors()).hasSize(8);
    ByteBuffer bytes = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(manifest.isContainerNode()).isTrue();
    int compared = 0;
    for (JsonNode tensor : manifest.has("tensors") ? manifest.path("tensors") : manifest) {
      WeightTensor read = checkpoint.weights().tensor(tensor.path("name").asText());
      float[] expected = new float[read.length()];
      bytes.asFloatBuffer().get(expected);
      bytes.position(bytes.position() + Float.BYTES * expected.length);
      assertThat(read.values()).isEqualTo(expected);
      compared++;
    }
    assertThat(compared).isEqualTo(8);
    assertThat(bytes.remaining()).isZero();
  }
}
