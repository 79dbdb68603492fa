package dev.espalier.sql;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The rows of a run's Parquet file, whose columns are texts and numbers: those of its columns that
 * are wanted are read, row group by row group; a wanted one that it lacks is a constant, or null.
 */
final class ParquetRows implements PartitionReader<InternalRow> {
  private final ParquetFileReader file;
  private final MessageType wanted;
  private final ColumnIOFactory columnFactory = new ColumnIOFactory();

  /** For each column of a row its field in a record, or -1. */
  private final int[] fields;

  private final Object[] constants;
  private RecordReader<Group> records;
  private long left;
  private Group record;

  /**
   * Opens a file.
   *
   * @param columns of a row
   * @param constantColumns values of columns that no file has, by name
   * @throws IOException if it cannot be read
   */
  ParquetRows(
      Path path, Configuration hadoop, StructType columns, Map<String, Object> constantColumns)
      throws IOException {
    this.file = ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop));
    MessageType schema = file.getFooter().getFileMetaData().getSchema();
    this.fields = new int[columns.length()];
    this.constants = new Object[columns.length()];
    List<Type> types = new ArrayList<>();
    for (int i = 0; i < fields.length; i++) {
      String name = columns.fields()[i].name();
      fields[i] = -1;
      if (schema.containsField(name)) {
        fields[i] = types.size();
        types.add(schema.getType(name));
      } else {
        constants[i] = FileRows.internal(constantColumns.get(name));
      }
    }
    this.wanted = new MessageType(schema.getName(), types);
    file.setRequestedSchema(wanted);
  }

  @Override
  public boolean next() throws IOException {
    while (left == 0) {
      PageReadStore rows = file.readNextRowGroup();
      if (rows == null) {
        return false;
      }
      left = rows.getRowCount();
      records =
          wanted.getFieldCount() == 0
              ? null
              : columnFactory
                  .getColumnIO(wanted)
                  .getRecordReader(rows, new GroupRecordConverter(wanted));
    }
    left--;
    record = records == null ? null : records.read();
    return true;
  }

  @Override
  public InternalRow get() {
    Object[] cells = constants.clone();
    for (int i = 0; i < cells.length; i++) {
      if (fields[i] >= 0 && record.getFieldRepetitionCount(fields[i]) > 0) {
        cells[i] = cell(fields[i]);
      }
    }
    return new GenericInternalRow(cells);
  }

  private Object cell(int field) {
    GroupType type = wanted;
    return switch (type.getType(field).asPrimitiveType().getPrimitiveTypeName()) {
      case BINARY -> UTF8String.fromBytes(record.getBinary(field, 0).getBytes());
      case INT32 -> record.getInteger(field, 0);
      case INT64 -> record.getLong(field, 0);
      case DOUBLE -> record.getDouble(field, 0);
      case BOOLEAN -> record.getBoolean(field, 0);
      default ->
          throw new IllegalStateException(
              "column %s is of type %s, which no table of a run has"
                  .formatted(type.getFieldName(field), type.getType(field)));
    };
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
