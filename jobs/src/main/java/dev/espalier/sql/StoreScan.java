package dev.espalier.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownFilters;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Reads some columns of the runs and nights that a query's filters leave, a file a partition. */
final class StoreScan implements Scan, Batch {
  private final EspalierTable table;
  private final RunStore store;
  private final StructType columns;
  private final List<Filter> filters;

  private StoreScan(EspalierTable table, RunStore store, StructType columns, List<Filter> filters) {
    this.table = table;
    this.store = store;
    this.columns = columns;
    this.filters = List.copyOf(filters);
  }

  /** Takes what Spark wants read. */
  static final class Builder
      implements ScanBuilder, SupportsPushDownFilters, SupportsPushDownRequiredColumns {
    private final EspalierTable table;
    private final RunStore store;
    private StructType columns;
    private List<Filter> pushed = List.of();

    Builder(EspalierTable table, RunStore store) {
      this.table = table;
      this.store = store;
      this.columns = table.schema();
    }

    /** Keeps those that choose files; Spark applies all of them to rows as well. */
    @Override
    public Filter[] pushFilters(Filter[] filters) {
      Set<String> known = Set.of(EspalierTable.NIGHT, EspalierTable.RUN, EspalierTable.IS_LATEST);
      pushed =
          Arrays.stream(filters)
              .filter(f -> Arrays.stream(f.references()).anyMatch(known::contains))
              .toList();
      return filters;
    }

    @Override
    public Filter[] pushedFilters() {
      return pushed.toArray(Filter[]::new);
    }

    @Override
    public void pruneColumns(StructType required) {
      columns = required;
    }

    @Override
    public Scan build() {
      return new StoreScan(table, store, columns, pushed);
    }
  }

  /** One file. */
  record FilePartition(RunStore.Entry entry, String file) implements InputPartition {}

  @Override
  public StructType readSchema() {
    return columns;
  }

  @Override
  public String description() {
    return "espalier %s of %s, pruned by %s".formatted(table.label(), store.root(), filters);
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    List<InputPartition> partitions = new ArrayList<>();
    for (RunStore.Entry entry : store.entries()) {
      Map<String, Object> constants = new HashMap<>();
      constants.put(EspalierTable.NIGHT, entry.night());
      constants.put(EspalierTable.IS_LATEST, entry.latest());
      if (table != EspalierTable.DEPLOYMENTS || entry.nightFolder() == null) {
        // A night's deployments lie in the runs of many nights.
        constants.put(EspalierTable.RUN, entry.run());
      }
      if (filters.stream().allMatch(f -> Pruning.mayHold(f, constants))) {
        store
            .file(table, entry)
            .ifPresent(file -> partitions.add(new FilePartition(entry, file.toString())));
      }
    }
    return partitions.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    Configuration configuration = SparkSession.active().sparkContext().hadoopConfiguration();
    return new Readers(table, columns, new SerializableConfiguration(configuration));
  }

  /** Opens files on executors. */
  private record Readers(
      EspalierTable table, StructType columns, SerializableConfiguration configuration)
      implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return FileRows.open(table, columns, (FilePartition) partition, configuration.value());
    }
  }
}
