package dev.espalier.training;

/** Hears how a training goes. Called by the training thread. */
public interface TrainingListener {
  /**
   * After each step.
   *
   * @param done share of the whole training's steps, 0 to 1
   * @param loss of this step
   */
  void step(String phase, int epoch, double done, double loss);

  /** After each epoch, when its checkpoint is safe. */
  void epoch(EpochRecord record);
}
