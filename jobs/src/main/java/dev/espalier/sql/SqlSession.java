package dev.espalier.sql;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.spark.EspalierSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** Answers single statements about a store. */
public final class SqlSession {
  private static final String APPLICATION = "espalier sql";
  private static final String CATALOG = "espalier";

  private SqlSession() {}

  /**
   * A column of an answer.
   *
   * @param name of the column
   * @param numeric whether its cells are numbers
   */
  public record Named(String name, boolean numeric) {}

  /**
   * An answer.
   *
   * @param columns in order
   * @param rows cells by column, null where there is none
   * @param complete whether these are all rows
   */
  public record Answer(List<Named> columns, List<List<Object>> rows, boolean complete) {
    public Answer {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /** The settings that give a session the tables of a store. */
  public static SparkConf conf(String store) {
    return EspalierSpark.conf(APPLICATION)
        .set("spark.sql.catalog." + CATALOG, EspalierCatalog.class.getName())
        .set("spark.sql.catalog." + CATALOG + "." + EspalierCatalog.STORE, store)
        // Plans of any kind are shipped here, not the few types that searches ship.
        .set("spark.kryo.registrationRequired", "false")
        .setIfMissing("spark.sql.shuffle.partitions", "8");
  }

  /**
   * Runs a statement, in a running application or else in one of its own, which is ended.
   *
   * @param most rows to return at most
   * @throws IllegalArgumentException if the statement is wrong, in one sentence
   * @throws ArtefactException if there is no store, or a file of it cannot be read
   */
  public static Answer answer(String store, String statement, int most) {
    SparkConf conf = conf(store);
    RunStore.open(new Storage(SparkHadoopUtil.get().newConfiguration(conf)), new Path(store));
    boolean running =
        SparkSession.getDefaultSession().isDefined()
            && !SparkSession.getDefaultSession().get().sparkContext().isStopped();
    SparkSession session =
        running
            ? SparkSession.getDefaultSession().get().newSession()
            : SparkSession.builder().config(conf).getOrCreate();
    for (String setting : List.of("", "." + EspalierCatalog.STORE)) {
      String name = "spark.sql.catalog." + CATALOG + setting;
      session.conf().set(name, conf.get(name));
    }
    try {
      return answer(session, statement, most);
    } finally {
      if (!running) {
        session.stop();
      }
    }
  }

  private static Answer answer(SparkSession session, String statement, int most) {
    try {
      Dataset<Row> found = session.sql(statement);
      List<Named> columns = new ArrayList<>();
      for (StructField field : found.schema().fields()) {
        columns.add(new Named(field.name(), field.dataType() instanceof NumericType));
      }
      List<Row> taken = found.takeAsList(most + 1);
      List<List<Object>> rows = new ArrayList<>();
      for (Row row : taken.subList(0, Math.min(most, taken.size()))) {
        List<Object> cells = new ArrayList<>();
        for (int i = 0; i < row.length(); i++) {
          cells.add(row.get(i));
        }
        rows.add(Collections.unmodifiableList(cells));
      }
      return new Answer(columns, rows, taken.size() <= most);
    } catch (Exception e) { // Spark's checked exceptions are undeclared
      throw readable(e);
    }
  }

  /** What is wrong with a statement or a file in one sentence, without the plan around it. */
  private static RuntimeException readable(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ArtefactException artefact) {
        return artefact;
      }
      if (cause instanceof ParseException || cause instanceof AnalysisException) {
        return new IllegalArgumentException("QUERY: " + sentence(cause.getMessage()), e);
      }
      if (cause instanceof UnsupportedOperationException) {
        return new IllegalArgumentException("QUERY: " + cause.getMessage(), e);
      }
    }
    return e instanceof RuntimeException runtime
        ? runtime
        : new IllegalStateException(e.getMessage(), e);
  }

  /** The first paragraph, without the marks for programs around it. */
  private static String sentence(String message) {
    return Arrays.stream(message.strip().split("\n"))
        .map(String::strip)
        .takeWhile(line -> !line.isEmpty() && !line.startsWith("==") && !line.startsWith("'"))
        .reduce((a, b) -> a + " " + b)
        .orElse(message)
        .replaceFirst("^\\[[A-Z_.0-9]+\\] ", "")
        .replaceFirst(
            ";? ?(SQLSTATE: \\w+)?;?( line \\d+ pos \\d+;?| ?\\(line \\d+, pos \\d+\\))?$", "");
  }
}
