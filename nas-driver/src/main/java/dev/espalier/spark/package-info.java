/**
 * Espalier on Apache Spark: sessions, serialisation, measuring subnets and scoring candidates on
 * executors, and fitting accuracy predictors.
 *
 * <p>Tasks carry architecture codes and read everything else from broadcasts; no result depends on
 * the number of partitions or executors. Every type that travels is registered with Kryo by {@link
 * dev.espalier.spark.EspalierKryoRegistrator}, and an unregistered one is an error.
 */
package dev.espalier.spark;
