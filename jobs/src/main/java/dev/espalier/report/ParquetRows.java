package dev.espalier.report;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads the tables of a run row by row, without Spark: a report needs no session. */
final class ParquetRows {
  private ParquetRows() {}

  /** One row; holds only while it is handed over. */
  static final class Row {
    private final MessageType schema;
    private Group group;

    private Row(MessageType schema) {
      this.schema = schema;
    }

    private Optional<Integer> field(String column) {
      int field = schema.getFieldIndex(column);
      return group.getFieldRepetitionCount(field) == 0 ? Optional.empty() : Optional.of(field);
    }

    String text(String column) {
      return optionalText(column).orElseThrow();
    }

    Optional<String> optionalText(String column) {
      return field(column).map(f -> group.getString(f, 0));
    }

    int integer(String column) {
      return group.getInteger(schema.getFieldIndex(column), 0);
    }

    long whole(String column) {
      return optionalWhole(column).orElseThrow();
    }

    OptionalLong optionalWhole(String column) {
      Optional<Integer> field = field(column);
      return field.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(group.getLong(field.get(), 0));
    }

    double number(String column) {
      return optionalNumber(column).orElseThrow();
    }

    OptionalDouble optionalNumber(String column) {
      Optional<Integer> field = field(column);
      return field.isEmpty()
          ? OptionalDouble.empty()
          : OptionalDouble.of(group.getDouble(field.get(), 0));
    }
  }

  /**
   * Hands over every row in the file's order.
   *
   * @param columns that are read; the others are left alone
   * @throws ArtefactException if the file is missing, damaged or lacks a column, naming it
   */
  static void read(Storage storage, Path file, List<String> columns, Consumer<Row> rows) {
    Configuration configuration = storage.configuration();
    try {
      MessageType schema = projected(file, schema(configuration, file), columns);
      Row row = new Row(schema);
      try (ParquetReader<Group> reader =
          ParquetReader.builder(new GroupReadSupport(), file)
              .withConf(configuration)
              .set(ReadSupport.PARQUET_READ_SCHEMA, schema.toString())
              .build()) {
        for (Group group = reader.read(); group != null; group = reader.read()) {
          row.group = group;
          rows.accept(row);
        }
      }
    } catch (IOException e) {
      throw ArtefactException.unreadable(file, e);
    } catch (ArtefactException e) {
      throw e;
    } catch (RuntimeException e) {
      // Parquet's readers throw whatever damaged bytes lead to.
      throw new ArtefactException(
          "%s is not a whole Parquet table (%s): search again".formatted(file, e.getMessage()), e);
    }
  }

  private static MessageType schema(Configuration configuration, Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, configuration))) {
      return reader.getFooter().getFileMetaData().getSchema();
    }
  }

  private static MessageType projected(Path file, MessageType schema, List<String> columns) {
    List<String> missing = columns.stream().filter(c -> !schema.containsField(c)).toList();
    if (!missing.isEmpty()) {
      throw ArtefactException.corrupt(
          file,
          "it lacks column " + String.join(", ", missing),
          "make the report with the version of Espalier that made the run");
    }
    return new MessageType(
        schema.getName(), columns.stream().<Type>map(c -> schema.getType(c)).toList());
  }
}
