package dev.espalier.spark;

import java.io.Serializable;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaRDD;
import scala.Function0;
import scala.Function1;
import scala.Function2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * The results of one job as its tasks end, in place of all of them at the end.
 *
 * @param <T> an element of the RDD, which has one for each partition
 */
final class ResultStream<T> {
  private static final long POLL_MILLIS = 200;

  private final JavaRDD<T> rdd;

  private record Part<T>(int index, T value) {}

  ResultStream(JavaRDD<T> rdd) {
    this.rdd = rdd;
  }

  /** Takes in a result. */
  @FunctionalInterface
  interface Taker<T> {
    /** Takes in the element of a partition. */
    void take(int partition, T value);
  }

  /**
   * Runs the job. The taker is called on this thread, as often as there are partitions, so that it
   * may take its time.
   *
   * @throws RuntimeException what the job failed with
   */
  void forEach(Taker<T> taker) {
    BlockingQueue<Part<T>> ended = new LinkedBlockingQueue<>();
    Function2<Object, T, BoxedUnit> handler =
        (index, value) -> {
          ended.add(new Part<>((Integer) index, value));
          return BoxedUnit.UNIT;
        };
    Function0<BoxedUnit> nothing = () -> BoxedUnit.UNIT;
    int parts = rdd.getNumPartitions();
    SimpleFutureAction<BoxedUnit> job =
        rdd.context()
            .submitJob(
                rdd.rdd(),
                (Function1<Iterator<T>, T> & Serializable) Iterator::next,
                CollectionConverters.asScala(
                        IntStream.range(0, parts).<Object>mapToObj(i -> i).toList())
                    .toSeq(),
                handler,
                nothing);
    boolean done = false;
    try {
      for (int taken = 0; taken < parts; ) {
        boolean completed = job.isCompleted();
        Part<T> part = ended.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (part != null) {
          taker.take(part.index(), part.value());
          taken++;
        } else if (completed) {
          job.value().get().get(); // throws what it failed with
        }
      }
      done = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while tasks ran", e);
    } finally {
      if (!done) {
        job.cancel();
      }
    }
  }
}
