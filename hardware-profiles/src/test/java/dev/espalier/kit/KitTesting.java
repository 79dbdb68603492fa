package dev.espalier.kit;

import dev.espalier.artefact.Storage;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A small space and kits of it. */
final class KitTesting {
  static final Storage STORAGE = new Storage(new Configuration());

  private KitTesting() {}

  static SearchSpace space(int classes) {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(8),
            1,
            8,
            8,
            List.of(
                new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                new MobileNetV3Definition.Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
            List.of(3, 5),
            List.of(3, 6),
            32,
            32,
            classes));
  }

  /** The operators of the space, in the order of their keys. */
  static List<Operator> operators(SearchSpace space) {
    return OperatorBenchmark.operators(space).stream()
        .sorted(Comparator.comparing(Operator::key))
        .toList();
  }

  static KitContents contents(SearchSpace space) {
    return new KitContents(
        "tiny", space, operators(space), List.of(space.smallest()), List.of(space.largest()));
  }

  static Kit write(KitContents contents, java.nio.file.Path folder) {
    return new KitWriter(STORAGE, new OnnxEmitter(), 1, Progress.SILENT)
        .write(contents, new Path(folder.toUri()));
  }
}
