package dev.espalier.spark;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.run.ResultTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Writes tables as single Parquet files: equal tables give equal bytes on the same Spark. */
final class ParquetTables {
  private final SparkSession session;
  private final Storage storage;

  ParquetTables(SparkSession session) {
    this.session = session;
    this.storage = new Storage(session.sparkContext().hadoopConfiguration());
  }

  /** Bytes behind the footer: its length and the magic number. */
  private static final int TAIL = 8;

  /** The schema of a table. */
  static StructType schema(ResultTable table) {
    return new StructType(
        table.columns().stream()
            .map(
                column ->
                    DataTypes.createStructField(
                        column.name(),
                        type(column.type()),
                        column.presence() == ResultTable.Presence.OPTIONAL))
            .toArray(StructField[]::new));
  }

  private static DataType type(ResultTable.Type type) {
    return switch (type) {
      case TEXT -> DataTypes.StringType;
      case INTEGER -> DataTypes.IntegerType;
      case LONG -> DataTypes.LongType;
      case DOUBLE -> DataTypes.DoubleType;
    };
  }

  /**
   * Writes one table.
   *
   * @param file must not exist
   * @throws ArtefactException if it cannot be written
   */
  void write(ResultTable table, Path file) {
    List<Row> rows =
        table.rows().stream().map(cells -> RowFactory.create(cells.toArray())).toList();
    // Spark names its files at random and writes a folder: one part of it becomes the file.
    Path folder = new Path(file.getParent(), "_" + file.getName());
    try {
      session
          .createDataFrame(rows, schema(table))
          .coalesce(1)
          .write()
          .mode(SaveMode.ErrorIfExists)
          .option("compression", "zstd")
          .parquet(folder.toString());
      FileSystem fileSystem = storage.fileSystem(folder);
      for (FileStatus status : fileSystem.listStatus(folder)) {
        if (status.getPath().getName().endsWith(".parquet")) {
          copyWithOrderedFooter(fileSystem, status, file);
        }
      }
      fileSystem.delete(folder, true);
      if (!fileSystem.exists(file)) {
        throw new IOException("Spark wrote no part");
      }
    } catch (IOException e) {
      throw ArtefactException.unwritable(file, e);
    } catch (Exception e) {
      throw failure(file, e);
    }
  }

  /**
   * Copies a file; in the copy's footer the encodings of each column chunk, which Parquet's writer
   * lists in the order of a hash set of enums, and so in another order in each JVM, are ascending.
   */
  private static void copyWithOrderedFooter(FileSystem fileSystem, FileStatus from, Path to)
      throws IOException {
    try (FSDataInputStream in = fileSystem.open(from.getPath());
        OutputStream out = fileSystem.create(to, false)) {
      byte[] tail = new byte[TAIL];
      in.readFully(from.getLen() - TAIL, tail);
      int footer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
      long head = from.getLen() - TAIL - footer;
      in.seek(head);
      FileMetaData metadata = Util.readFileMetaData(in);
      for (RowGroup group : metadata.getRow_groups()) {
        for (ColumnChunk chunk : group.getColumns()) {
          chunk.getMeta_data().getEncodings().sort(Comparator.comparingInt(Encoding::getValue));
        }
      }
      ByteArrayOutputStream ordered = new ByteArrayOutputStream();
      Util.writeFileMetaData(metadata, ordered);
      in.seek(0);
      IOUtils.copyBytes(in, out, head, false);
      ordered.writeTo(out);
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putInt(ordered.size()).array());
      out.write(tail, Integer.BYTES, Integer.BYTES);
    }
  }

  /** The cause where it is a failure of the file system; Spark wraps it several times. */
  private static RuntimeException failure(Path file, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException io) {
        return ArtefactException.unwritable(file, io);
      }
    }
    return new ArtefactException(
        file + " cannot be written: " + (e instanceof SparkException ? e.getMessage() : e), e);
  }
}
