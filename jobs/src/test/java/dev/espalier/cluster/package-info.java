/**
 * Real components for tests: a standalone Spark cluster of processes, and HDFS.
 *
 * <p>{@link dev.espalier.cluster.StandaloneCluster} starts a Master and two Workers from the
 * distribution's jars, {@link dev.espalier.cluster.Hdfs} a name node and two data nodes in this
 * JVM. Both live as long as the JVM and are shared by its test classes.
 */
package dev.espalier.cluster;
