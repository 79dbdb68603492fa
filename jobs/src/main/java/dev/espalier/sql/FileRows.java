package dev.espalier.sql;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.nightly.Deployed;
import dev.espalier.nightly.NightState;
import dev.espalier.nightly.NightlyStore;
import dev.espalier.sql.StoreScan.FilePartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of one file: Parquet of a run, or the records of runs and nights. */
final class FileRows {
  private static final Logger LOG = LoggerFactory.getLogger(FileRows.class);

  private FileRows() {}

  /**
   * Opens a file.
   *
   * @throws ArtefactException if it cannot be read
   */
  static PartitionReader<InternalRow> open(
      EspalierTable table, StructType columns, FilePartition partition, Configuration hadoop) {
    RunStore.Entry entry = partition.entry();
    Map<String, Object> constants = new HashMap<>();
    constants.put(EspalierTable.NIGHT, entry.night());
    constants.put(EspalierTable.RUN, entry.run());
    constants.put(EspalierTable.IS_LATEST, entry.latest());
    Path file = new Path(partition.file());
    if (file.getName().endsWith(".parquet")) {
      try {
        return new ParquetRows(file, hadoop, columns, constants);
      } catch (IOException e) {
        throw ArtefactException.unreadable(file, e);
      }
    }
    Storage storage = new Storage(hadoop);
    List<Map<String, Object>> rows =
        table == EspalierTable.RUNS ? run(storage, entry) : deployments(storage, entry);
    Iterator<Map<String, Object>> each = rows.iterator();
    return new PartitionReader<>() {
      private Map<String, Object> row;

      @Override
      public boolean next() {
        row = each.hasNext() ? each.next() : null;
        return row != null;
      }

      @Override
      public InternalRow get() {
        Object[] cells = new Object[columns.length()];
        for (int i = 0; i < cells.length; i++) {
          StructField column = columns.fields()[i];
          cells[i] =
              internal(
                  row.containsKey(column.name())
                      ? row.get(column.name())
                      : constants.get(column.name()));
        }
        return new GenericInternalRow(cells);
      }

      @Override
      public void close() {}
    };
  }

  /** As Spark holds it. */
  static Object internal(Object value) {
    return value instanceof String text ? UTF8String.fromString(text) : value;
  }

  /** One row; for a night that searched nothing, with no more than its name. */
  private static List<Map<String, Object>> run(Storage storage, RunStore.Entry entry) {
    Map<String, Object> row = new HashMap<>();
    if (entry.runFolder() != null) {
      Path folder = new Path(entry.runFolder());
      JsonNode run = storage.readJson(new Path(folder, "run.json"));
      JsonNode request = run.path("request");
      JsonNode search = run.path("search");
      JsonNode inputs = run.path("inputs");
      boolean supernet = request.has("supernet");
      row.put("source", text(request.path(supernet ? "supernet" : "predictor")));
      row.put(
          "source_digest", text(inputs.path(supernet ? "supernet" : "predictor").path("digest")));
      row.put("engine", text(search.path("engine")));
      row.put("seed", number(run.path("seed")));
      row.put("targets", inputs.path("profiles").size());
      row.put("failed_targets", run.path("failedTargets").size());
      row.put("evaluations", number(search.path("evaluations")));
      row.put("stopped", text(search.path("stopped")));
      row.put("hypervolume", mean(search.path("hypervolume")));
      row.put("espalier_version", text(run.path("versions").path("espalier")));
      row.put("digest", text(run.path("digest")));
      times(storage, new Path(folder, "timings.json"), row);
    }
    return List.of(row);
  }

  private static void times(Storage storage, Path file, Map<String, Object> row) {
    if (!storage.exists(file)) {
      return;
    }
    JsonNode times = storage.readJson(file);
    row.put("began", text(times.path("began")));
    row.put("host", text(times.path("host")));
    double seconds = 0;
    for (JsonNode phase : times.path("seconds")) {
      seconds += phase.asDouble();
    }
    row.put("seconds", seconds);
  }

  private static String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asText() : null;
  }

  private static Long number(JsonNode node) {
    return node.isNumber() ? node.asLong() : null;
  }

  private static Double mean(JsonNode byTarget) {
    double sum = 0;
    for (JsonNode value : byTarget) {
      sum += value.asDouble();
    }
    return byTarget.isEmpty() ? null : sum / byTarget.size();
  }

  /** What a night has deployed; a night that is damaged has no rows, which the log says. */
  private static List<Map<String, Object>> deployments(Storage storage, RunStore.Entry entry) {
    Path night = new Path(entry.nightFolder());
    List<Map<String, Object>> rows = new ArrayList<>();
    NightState state;
    try {
      state = new NightlyStore(storage, night.getParent().getParent()).state(entry.night());
    } catch (ArtefactException e) {
      LOG.warn("the deployments of a night are left out: {}", e.getMessage());
      return rows;
    }
    state
        .targets()
        .forEach(
            (target, one) ->
                one.budgets()
                    .forEach(
                        (budget, its) -> {
                          if (its.deployed() != null) {
                            Map<String, Object> row = row(its.deployed());
                            row.put("target", target);
                            row.put("budget", budget);
                            row.put("decision", its.decision().words());
                            row.put("reason", its.reason());
                            row.put("answers", run(one.answers()));
                            rows.add(row);
                          }
                        }));
    return rows;
  }

  private static String run(String night) {
    return NightlyStore.NIGHTS + "/" + night + "/" + NightlyStore.RUN;
  }

  private static Map<String, Object> row(Deployed model) {
    Map<String, Object> row = new HashMap<>();
    row.put("run", run(model.night()));
    row.put("since", model.night());
    row.put("code", model.code());
    row.put("architecture", model.architecture());
    row.put("predicted_accuracy", model.predictedAccuracy());
    row.put("predicted_latency_us", model.costs().get("latency"));
    row.put("macs", whole(model.costs().get("macs")));
    row.put("parameters", whole(model.costs().get("parameters")));
    row.put("peak_memory_bytes", whole(model.costs().get("peak-memory")));
    row.put("weight_memory_bytes", whole(model.costs().get("weight-memory")));
    row.put("latency_claim", model.latencyClaim());
    row.put("measured_accuracy", model.measuredAccuracy());
    row.put("images", model.images());
    row.put("logit_difference", model.logitDifference());
    row.put("file", model.file());
    row.put("bytes", model.bytes());
    row.put("sha256", model.sha256());
    return row;
  }

  private static Long whole(Double value) {
    return value == null ? null : value.longValue();
  }
}
