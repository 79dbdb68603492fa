package dev.espalier.training;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** Everything a training needs to go on after a kill. */
final class TrainingState {
  private static final int MAGIC = 0x45535002;
  private static final ObjectMapper JSON = new ObjectMapper();

  final String configDigest;
  int epochsDone;
  long steps;
  final float[] weights;
  final float[] firstMoment;
  final float[] secondMoment;

  /** Of every training image, {@code (n, classes)} flat; empty before there is a teacher. */
  float[] softTargets = {};

  final List<EpochRecord> record;

  TrainingState(String configDigest, float[] weights) {
    this(
        configDigest,
        weights,
        new float[weights.length],
        new float[weights.length],
        new ArrayList<>());
  }

  private TrainingState(
      String configDigest,
      float[] weights,
      float[] first,
      float[] second,
      List<EpochRecord> record) {
    this.configDigest = configDigest;
    this.weights = weights;
    this.firstMoment = first;
    this.secondMoment = second;
    this.record = record;
  }

  /**
   * Writes to a file beside the destination, then replaces it in one rename.
   *
   * <p>Layout, big endian: magic, configuration digest, epochs, steps, record (JSON), four arrays
   * (length, floats), CRC-32 of all before.
   */
  void save(Path file, Configuration configuration) throws IOException {
    Path next = new Path(file.getParent(), "." + file.getName() + ".next");
    FileContext files = FileContext.getFileContext(file.toUri(), configuration);
    try (var raw =
        files.create(
            next,
            EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
            Options.CreateOpts.createParent())) {
      CheckedOutputStream checked = new CheckedOutputStream(raw, new CRC32());
      DataOutputStream out = new DataOutputStream(checked);
      out.writeInt(MAGIC);
      out.writeUTF(configDigest);
      out.writeInt(epochsDone);
      out.writeLong(steps);
      byte[] json = JSON.writeValueAsBytes(record);
      out.writeInt(json.length);
      out.write(json);
      for (float[] array : new float[][] {weights, firstMoment, secondMoment, softTargets}) {
        out.writeInt(array.length);
        ByteBuffer bytes = ByteBuffer.allocate(array.length * Float.BYTES);
        bytes.asFloatBuffer().put(array);
        out.write(bytes.array());
      }
      out.writeLong(checked.getChecksum().getValue());
      out.flush();
    }
    files.rename(next, file, Options.Rename.OVERWRITE);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws TrainingException if the file is damaged or belongs to another configuration
   */
  static TrainingState load(Path file, String configDigest, Configuration configuration) {
    try (var raw = file.getFileSystem(configuration).open(file)) {
      CheckedInputStream checked = new CheckedInputStream(raw, new CRC32());
      DataInputStream in = new DataInputStream(checked);
      if (in.readInt() != MAGIC) {
        throw new TrainingException(file + " is not a training checkpoint of this version");
      }
      String digest = in.readUTF();
      if (!digest.equals(configDigest)) {
        throw new TrainingException(
            file
                + " belongs to another configuration: train into another folder, or delete it to start anew");
      }
      int epochs = in.readInt();
      long steps = in.readLong();
      byte[] json = in.readNBytes(in.readInt());
      float[][] arrays = new float[4][];
      for (int i = 0; i < arrays.length; i++) {
        int length = in.readInt();
        arrays[i] = new float[length];
        byte[] bytes = new byte[length * Float.BYTES];
        in.readFully(bytes);
        ByteBuffer.wrap(bytes).asFloatBuffer().get(arrays[i]);
      }
      long sum = checked.getChecksum().getValue();
      if (in.readLong() != sum) {
        throw new TrainingException(file + " is damaged (checksum): delete it to start anew");
      }
      TrainingState state =
          new TrainingState(
              digest,
              arrays[0],
              arrays[1],
              arrays[2],
              JSON.readValue(json, new TypeReference<ArrayList<EpochRecord>>() {}));
      state.epochsDone = epochs;
      state.steps = steps;
      state.softTargets = arrays[3];
      return state;
    } catch (IOException e) {
      throw new TrainingException(
          file + " cannot be read (" + e.getMessage() + "): delete it to start anew", e);
    }
  }
}
