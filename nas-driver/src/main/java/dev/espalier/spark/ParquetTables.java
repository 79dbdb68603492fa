package dev.espalier.spark;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.run.ResultTable;
import dev.espalier.run.SectionedTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
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

  private static final int MAGIC = 4;

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
   * Writes one table; several sections at a time.
   *
   * @param file must not exist
   * @throws ArtefactException if it cannot be written
   */
  void write(SectionedTable table, Path file) {
    // Spark names its files at random and writes folders: their parts become the file.
    Path folder = new Path(file.getParent(), "_" + file.getName());
    int sections = table.sections().size();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(sections, session.sparkContext().defaultParallelism()));
    try {
      List<Future<FileStatus>> written = new ArrayList<>();
      for (int s = 0; s < sections; s++) {
        Supplier<ResultTable> section = table.sections().get(s);
        Path place = new Path(folder, "section-" + s);
        written.add(threads.submit(() -> write(section.get(), place)));
      }
      List<FileStatus> parts = new ArrayList<>();
      for (Future<FileStatus> part : written) {
        parts.add(part.get());
      }
      FileSystem fileSystem = storage.fileSystem(folder);
      concatenate(fileSystem, parts, file);
      fileSystem.delete(folder, true);
    } catch (IOException e) {
      throw ArtefactException.unwritable(file, e);
    } catch (ExecutionException e) {
      throw failure(file, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while writing " + file, e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Writes a section into a folder of its own; the file in it. */
  private FileStatus write(ResultTable section, Path folder) throws IOException {
    List<Row> rows =
        section.rows().stream().map(cells -> RowFactory.create(cells.toArray())).toList();
    session
        .createDataFrame(rows, schema(section))
        .coalesce(1)
        .write()
        .mode(SaveMode.ErrorIfExists)
        .option("compression", "zstd")
        .parquet(folder.toString());
    for (FileStatus status : storage.fileSystem(folder).listStatus(folder)) {
      if (status.getPath().getName().endsWith(".parquet")) {
        return status;
      }
    }
    throw new IOException("Spark wrote no part");
  }

  /**
   * Puts the row groups of several files into one. In its footer the encodings of each column
   * chunk, which Parquet's writer lists in the order of a hash set of enums, and so in another
   * order in each JVM, are ascending.
   */
  private static void concatenate(FileSystem fileSystem, List<FileStatus> parts, Path to)
      throws IOException {
    try (OutputStream out = fileSystem.create(to, false)) {
      FileMetaData whole = null;
      long position = 0;
      byte[] tail = new byte[TAIL];
      for (FileStatus part : parts) {
        try (FSDataInputStream in = fileSystem.open(part.getPath())) {
          in.readFully(part.getLen() - TAIL, tail);
          int footer = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
          long head = part.getLen() - TAIL - footer;
          in.seek(head);
          FileMetaData metadata = Util.readFileMetaData(in);
          // Every file begins with the magic number; the whole has it once.
          int skipped = whole == null ? 0 : MAGIC;
          long shift = position - skipped;
          short ordinal = whole == null ? 0 : (short) whole.getRow_groups().size();
          for (RowGroup group : metadata.getRow_groups()) {
            move(group, shift);
            group.setOrdinal(ordinal++);
          }
          in.seek(skipped);
          IOUtils.copyBytes(in, out, head - skipped, false);
          position += head - skipped;
          if (whole == null) {
            whole = metadata;
          } else {
            whole.getRow_groups().addAll(metadata.getRow_groups());
            whole.setNum_rows(whole.getNum_rows() + metadata.getNum_rows());
          }
        }
      }
      ByteArrayOutputStream ordered = new ByteArrayOutputStream();
      Util.writeFileMetaData(whole, ordered);
      ordered.writeTo(out);
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putInt(ordered.size()).array());
      out.write(tail, Integer.BYTES, Integer.BYTES);
    }
  }

  /** Adds to every offset of a row group, and orders its encodings. */
  private static void move(RowGroup group, long shift) {
    if (group.isSetFile_offset()) {
      group.setFile_offset(group.getFile_offset() + shift);
    }
    for (ColumnChunk chunk : group.getColumns()) {
      chunk.setFile_offset(chunk.getFile_offset() == 0 ? 0 : chunk.getFile_offset() + shift);
      if (chunk.isSetOffset_index_offset()) {
        chunk.setOffset_index_offset(chunk.getOffset_index_offset() + shift);
      }
      if (chunk.isSetColumn_index_offset()) {
        chunk.setColumn_index_offset(chunk.getColumn_index_offset() + shift);
      }
      ColumnMetaData data = chunk.getMeta_data();
      data.getEncodings().sort(Comparator.comparingInt(Encoding::getValue));
      data.setData_page_offset(data.getData_page_offset() + shift);
      if (data.isSetDictionary_page_offset()) {
        data.setDictionary_page_offset(data.getDictionary_page_offset() + shift);
      }
      if (data.isSetIndex_page_offset()) {
        data.setIndex_page_offset(data.getIndex_page_offset() + shift);
      }
      if (data.isSetBloom_filter_offset()) {
        data.setBloom_filter_offset(data.getBloom_filter_offset() + shift);
      }
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
