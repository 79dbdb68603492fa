package dev.espalier.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The tables there are. Each begins with {@code night} (null for a run that no night made) and
 * {@code run}, the run's folder below the store; every column may be null, since an older run may
 * lack it.
 */
enum EspalierTable {
  /** A row for each run, and for each night without one. */
  RUNS(
      "latest",
      DataTypes.BooleanType,
      "began",
      DataTypes.StringType,
      "host",
      DataTypes.StringType,
      "seconds",
      DataTypes.DoubleType,
      "source",
      DataTypes.StringType,
      "source_digest",
      DataTypes.StringType,
      "engine",
      DataTypes.StringType,
      "seed",
      DataTypes.LongType,
      "targets",
      DataTypes.IntegerType,
      "failed_targets",
      DataTypes.IntegerType,
      "evaluations",
      DataTypes.LongType,
      "stopped",
      DataTypes.StringType,
      "hypervolume",
      DataTypes.DoubleType,
      "espalier_version",
      DataTypes.StringType,
      "digest",
      DataTypes.StringType),
  /** A row for each point of each target's front, in the run that searched it. */
  FRONTS(
      joined(
          List.of(List.of(text("target"), field("position", DataTypes.IntegerType)), predicted()))),
  /** A row for each target and budget of each run, with the proof where it cannot be met. */
  SELECTIONS(
      "target",
      DataTypes.StringType,
      "budget",
      DataTypes.StringType,
      "limits",
      DataTypes.StringType,
      "answer",
      DataTypes.StringType,
      "candidates",
      DataTypes.IntegerType,
      "tried",
      DataTypes.IntegerType,
      "published_rank",
      DataTypes.IntegerType,
      "published_code",
      DataTypes.StringType,
      "binding",
      DataTypes.StringType,
      "least_possible",
      DataTypes.DoubleType),
  /**
   * A row for each model that a run published, or that a night has deployed, those included that it
   * carried over: then {@code run} is where the model lies.
   */
  DEPLOYMENTS(
      joined(
          List.of(
              List.of(text("target"), text("budget")),
              predicted(),
              List.of(
                  text("latency_claim"),
                  field("measured_accuracy", DataTypes.DoubleType),
                  field("images", DataTypes.IntegerType),
                  field("logit_difference", DataTypes.DoubleType),
                  text("file"),
                  field("bytes", DataTypes.LongType),
                  text("sha256"),
                  field("latest", DataTypes.BooleanType),
                  text("since"),
                  text("decision"),
                  text("reason"),
                  text("answers")))));

  static final String NIGHT = "night";
  static final String RUN = "run";
  static final String IS_LATEST = "latest";

  private final StructType schema;

  EspalierTable(Object... namesAndTypes) {
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      fields.add(field((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1]));
    }
    this.schema = schema(fields);
  }

  EspalierTable(List<StructField> fields) {
    this.schema = schema(fields);
  }

  private static StructType schema(List<StructField> own) {
    return new StructType(
        joined(List.of(List.of(text(NIGHT), text(RUN)), own)).toArray(StructField[]::new));
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private static StructField text(String name) {
    return field(name, DataTypes.StringType);
  }

  private static List<StructField> predicted() {
    return List.of(
        text("code"),
        text("architecture"),
        field("predicted_accuracy", DataTypes.DoubleType),
        field("predicted_latency_us", DataTypes.DoubleType),
        field("macs", DataTypes.LongType),
        field("parameters", DataTypes.LongType),
        field("peak_memory_bytes", DataTypes.LongType),
        field("weight_memory_bytes", DataTypes.LongType));
  }

  private static List<StructField> joined(List<List<StructField>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  /** Its name in SQL. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its columns. */
  StructType schema() {
    return schema;
  }

  /** The file of a run that holds it. */
  String file() {
    return label() + ".parquet";
  }

  /** The table of a name. */
  static Optional<EspalierTable> named(String name) {
    return Arrays.stream(values()).filter(t -> t.label().equalsIgnoreCase(name)).findFirst();
  }
}
