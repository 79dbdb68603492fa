package dev.espalier.sql;

import dev.espalier.artefact.Storage;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** One table of a store. */
final class StoreTable implements SupportsRead {
  private final EspalierTable table;
  private final RunStore store;

  StoreTable(EspalierTable table, RunStore store) {
    this.table = table;
    this.store = store;
  }

  /**
   * The store at a path, through the Hadoop configuration of the running session.
   *
   * @throws dev.espalier.artefact.ArtefactException if there is none
   */
  static RunStore at(String path) {
    return RunStore.open(
        new Storage(SparkSession.active().sparkContext().hadoopConfiguration()), new Path(path));
  }

  @Override
  public String name() {
    return table.label();
  }

  // Abstract in Spark 3.5.
  @Override
  @Deprecated
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return table.schema();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new StoreScan.Builder(table, store);
  }
}
