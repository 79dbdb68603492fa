package dev.espalier.spark;

import dev.espalier.accuracy.SpaceDefinition;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.SolvedTarget;
import dev.espalier.search.TargetTask;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.AdditiveFunction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * Some targets on their way to an executor, with the cost models that they need and no others; a
 * model that several of them share travels once.
 *
 * @param targets in the problem's order
 */
record TargetShipment(List<SearchTarget> targets) implements Serializable {
  TargetShipment {
    targets = List.copyOf(targets);
  }

  /**
   * What is broadcast: a {@link TargetTask} as it travels.
   *
   * @param engine its name
   */
  record Common(
      String engine,
      SpaceDefinition space,
      AdditiveFunction accuracy,
      int candidates,
      double referenceAccuracy) {
    static Common of(TargetwiseEngine engine, TargetTask task) {
      return new Common(
          engine.name(),
          SpaceDefinition.of(task.space()),
          task.accuracy(),
          task.candidates(),
          task.referenceAccuracy());
    }

    private TargetTask task() {
      return new TargetTask(space.space(), accuracy, candidates, referenceAccuracy);
    }
  }

  /** What runs on an executor. */
  record Solving(Broadcast<Common> common) implements Serializable {
    SolvedTarget[] solve(TargetShipment shipment) {
      TargetTask task = common.value().task();
      TargetwiseEngine engine = (TargetwiseEngine) SearchEngine.named(common.value().engine());
      List<SolvedTarget> solved = new ArrayList<>();
      for (SearchTarget target : shipment.targets()) {
        solved.add(SolvedTarget.of(engine.solve(task, target)));
      }
      return solved.toArray(SolvedTarget[]::new);
    }
  }
}
