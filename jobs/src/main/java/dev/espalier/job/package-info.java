/**
 * What the command line, a scheduler or {@code spark-submit} starts: each job loads and checks its
 * inputs, does its work on Spark where it is long, and publishes its result.
 */
package dev.espalier.job;
