package dev.espalier.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final Weights WEIGHTS =
      Weights.of(
          Map.of(
              "b \"quoted\" é",
              new WeightTensor(new int[] {2, 3}, new float[] {1, -2, 3.5f, 0, -0f, 1e-40f}),
              "a",
              new WeightTensor(new int[] {1}, new float[] {Float.NaN}),
              "scalar",
              new WeightTensor(new int[] {}, new float[] {7}),
              "none",
              new WeightTensor(new int[] {0, 4}, new float[] {})));

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> Safetensors.read(file, "w.safetensors"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageStartingWith("w.safetensors")
        .hasMessageContaining(message);
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    assertThat(Safetensors.read(Safetensors.write(WEIGHTS), "x")).isEqualTo(WEIGHTS);
  }

  @Test
  void aMappedFileReadsBackEqualAfterItsNameIsGone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("w.safetensors");
    Files.write(file, Safetensors.write(WEIGHTS));

    Weights mapped = Safetensors.map(file, "x");
    Files.delete(file);

    assertThat(mapped).isEqualTo(WEIGHTS);
    assertThat(mapped.tensor("scalar").value(0)).isEqualTo(7);
    Files.write(file, new byte[] {1, 2});
    assertThatThrownBy(() -> Safetensors.map(file, "w.safetensors"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("only 2 bytes");
  }

  @Test
  void bytesFollowTheSpecification() {
    byte[] bytes =
        Safetensors.write(
            Weights.of(
                Map.of(
                    "w", new WeightTensor(new int[] {1, 2}, new float[] {1, 2}),
                    "a", new WeightTensor(new int[] {1}, new float[] {-1}))));
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[4,12]}}";
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);

    int length = (int) buffer.getLong();
    assertThat(length % 8).isZero();
    assertThat(new String(bytes, 8, length, UTF_8).stripTrailing()).isEqualTo(header);
    assertThat(buffer.getFloat(8 + length)).isEqualTo(-1);
    assertThat(buffer.getFloat(8 + length + 8)).isEqualTo(2);
    assertThat(bytes).hasSize(8 + length + 12);
  }

  @Test
  void metadataAndAnyOrderOfTensorsAreRead() {
    byte[] file =
        file(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            8);
    file[file.length - 2] = (byte) 0x80;
    file[file.length - 1] = 0x3f;

    Weights weights = Safetensors.read(file, "x");
    assertThat(weights.tensor("a").value(0)).isEqualTo(1);
    assertThat(weights.tensor("b").value(0)).isZero();
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = Safetensors.write(WEIGHTS);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Safetensors.read(cut, "w.safetensors"))
          .as("cut to %d bytes", length)
          .isInstanceOf(ArtefactException.class);
    }
    assertRefused(Arrays.copyOf(whole, whole.length + 4), "truncated or altered");
  }

  @Test
  @Timeout(60)
  void randomDamageIsRefusedOrHarmlessNeverACrash() {
    byte[] whole = Safetensors.write(WEIGHTS);
    long seed = 7;
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      try {
        Safetensors.read(damaged, "w");
      } catch (ArtefactException e) {
        assertThat(e).as("seed %d, case %d", seed, i).hasMessageStartingWith("w");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("seed %d, case %d".formatted(seed, i), e);
      }
    }
  }

  @Test
  void contradictionsAreNamed() {
    assertRefused(
        file("{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4),
        "tensor 'a' has data type 'BF16'; only F32 is read: convert it");
    assertRefused(
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4),
        "tensor 'a' of shape [2] needs 8 bytes, its offsets [0,4] hold 4");
    assertRefused(
        file(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            8),
        "tensor 'b' begins at 4, not at 8: parts overlap or belong to no tensor");
    assertRefused(
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8),
        "tensor 'a' begins at 4, not at 0");
    assertRefused(
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4),
        "tensor 'a' has shape [-1]");
    assertRefused(
        file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4),
        "tensor 'a' lacks a shape or its two data_offsets");
    assertRefused(
        file("{\"a\":{\"dtype\":\"F32\",\"shape\":[65536,65536,4],\"data_offsets\":[0,4]}}", 4),
        "tensor 'a' of shape [65536,65536,4] needs");
    assertRefused(file("[]", 0), "the header is not a JSON object");
    assertRefused("<!DOCTYPE html>..".getBytes(UTF_8), "truncated, or not a safetensors file");
  }
}
