/**
 * Runs, fronts, selections and deployments as tables of Spark SQL, across runs and nights.
 *
 * <p>{@link dev.espalier.sql.EspalierCatalog} is a catalog of Spark's data source API (V2) that any
 * session can be given by two settings, so that {@code spark-sql}, notebooks and programs all say
 * {@code espalier.fronts}. It reads the files of runs as they are and writes nothing. A file is one
 * partition of a query, and those that {@code night} or {@code run} exclude are never opened.
 */
package dev.espalier.sql;
