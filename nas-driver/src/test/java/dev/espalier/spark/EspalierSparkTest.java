package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EspalierSparkTest {
  private static final String FAILURES = "spark.task.maxFailures";

  @AfterEach
  void clear() {
    System.clearProperty(FAILURES);
  }

  @Test
  void aTaskThatFailsTwiceOnAnExecutorGoesToAnotherOne() {
    SparkConf conf = EspalierSpark.conf("test");

    assertThat(conf.get("spark.excludeOnFailure.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor")).isEqualTo("2");
  }

  /** Spark refuses limits that its own number of failures cannot reach. */
  @Test
  void whoeverSetsTheNumberOfFailuresDecidesOnRetries() {
    System.setProperty(FAILURES, "1");

    assertThat(EspalierSpark.conf("test").contains("spark.excludeOnFailure.enabled")).isFalse();
  }
}
