package dev.espalier.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The catalog of a store of runs, which may be a store of nights, a folder that holds runs, or one
 * run:
 *
 * <pre>
 * spark.sql.catalog.espalier        dev.espalier.sql.EspalierCatalog
 * spark.sql.catalog.espalier.store  hdfs://host/espalier/nightly
 * </pre>
 *
 * <p>Then {@code SELECT * FROM espalier.runs} works, and {@code USE espalier} and {@code SHOW
 * TABLES}. Tables can be read alone.
 */
public final class EspalierCatalog implements TableCatalog {
  /** The option that says where runs are. */
  public static final String STORE = "store";

  private String name = "";
  private String store = "";

  /** For Spark, which makes it by name. */
  public EspalierCatalog() {}

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
    store = Optional.ofNullable(options.get(STORE)).orElse("");
    if (store.isBlank()) {
      throw new IllegalArgumentException(
          "catalog %s has no store: set spark.sql.catalog.%s.%s to a folder of runs or nights"
              .formatted(catalog, catalog, STORE));
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String[] defaultNamespace() {
    return new String[0];
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length > 0) {
      throw new NoSuchNamespaceException(namespace);
    }
    return Arrays.stream(EspalierTable.values())
        .map(table -> Identifier.of(new String[0], table.label()))
        .toArray(Identifier[]::new);
  }

  @Override
  public Table loadTable(Identifier identifier) throws NoSuchTableException {
    Optional<EspalierTable> table =
        identifier.namespace().length == 0
            ? EspalierTable.named(identifier.name())
            : Optional.empty();
    return new StoreTable(
        table.orElseThrow(() -> new NoSuchTableException(identifier)), StoreTable.at(store));
  }

  private UnsupportedOperationException readOnly(String what) {
    List<String> tables =
        Arrays.stream(EspalierTable.values()).map(t -> name + "." + t.label()).toList();
    return new UnsupportedOperationException(
        "%s: the tables of runs can be read alone, and are %s"
            .formatted(what, String.join(", ", tables)));
  }

  // Abstract in Spark 3.5.
  @Override
  @Deprecated
  @SuppressWarnings("deprecation")
  public Table createTable(
      Identifier identifier,
      StructType schema,
      Transform[] partitions,
      Map<String, String> properties) {
    throw readOnly("CREATE TABLE " + identifier);
  }

  @Override
  public Table alterTable(Identifier identifier, TableChange... changes) {
    throw readOnly("ALTER TABLE " + identifier);
  }

  @Override
  public boolean dropTable(Identifier identifier) {
    throw readOnly("DROP TABLE " + identifier);
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw readOnly("ALTER TABLE " + from);
  }
}
