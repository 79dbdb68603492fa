package dev.espalier.spark;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.run.ResultTable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
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
          fileSystem.rename(status.getPath(), file);
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
