package dev.espalier.spark;

/** Hears how the measuring of subnets goes. */
@FunctionalInterface
public interface EvaluationListener {
  /**
   * At the start, and after each task; {@code done} never falls. Called by one of Spark's threads,
   * one call at a time: return quickly.
   */
  void progress(EvaluationProgress progress);
}
