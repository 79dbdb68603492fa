package dev.espalier.run;

import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.measurement.Samples;
import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Precision;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** The cards of a run's published models. */
final class Cards {
  private final SearchSource.TrainedSupernet source;
  private final JudgedAccuracyPredictor accuracy;
  private final SortedMap<String, String> versions;

  /**
   * Writes the cards of one run.
   *
   * @param accuracy the predictor whose numbers the outcome holds
   * @param versions of everything whose change could change a result
   */
  Cards(
      SearchSource.TrainedSupernet source,
      JudgedAccuracyPredictor accuracy,
      SortedMap<String, String> versions) {
    this.source = source;
    this.accuracy = accuracy;
    this.versions = versions;
  }

  /**
   * The card of a published model.
   *
   * @param further files beside the float32 ONNX one
   * @param conditions under which it was timed, in words
   */
  DeploymentCard of(
      BudgetResult result, List<DeploymentCard.ModelFile> further, String conditions) {
    Attempt attempt = result.published().orElseThrow();
    ScoredArchitecture candidate = attempt.candidate();
    EmittedSubnet emitted = attempt.emitted().orElseThrow();
    Supernet supernet = source.emission().supernet();
    DatasetDescription data = supernet.dataset();
    var input = supernet.network().input(candidate.architecture());
    return new DeploymentCard(
        DeploymentCard.FORMAT,
        new DeploymentCard.Network(
            supernet.space().family(),
            supernet.space().format(candidate.architecture()),
            candidate.architecture().toHex(),
            (long) candidate.cost(Quantity.MACS),
            (long) candidate.cost(Quantity.PARAMETERS)),
        new DeploymentCard.Source(supernet.description().name(), supernet.digest()),
        new DeploymentCard.PredictedAccuracy(
            candidate.predictedAccuracy(),
            accuracy.error().meanAbsolute(),
            "%s accuracy predictor, fitted on %d subnets, errors on %d others"
                .formatted(accuracy.kind(), accuracy.error().fitted(), accuracy.error().heldOut())),
        new DeploymentCard.MeasuredAccuracy(
            emitted.measuredAccuracy(),
            emitted.images(),
            "test images of " + data.name(),
            source.emission().images().evaluation().digest()),
        new DeploymentCard.PredictedLatency(
            result.target().name(),
            candidate.cost(Quantity.LATENCY),
            "%s; %s"
                .formatted(result.target().claim().words(), RunFiles.provenance(result.target()))),
        attempt.measuredMicros().map(samples -> measured(samples, conditions)).orElse(null),
        new DeploymentCard.Agreement(
            "DJL PyTorch " + versions.get("pytorch"),
            emitted.logitDifference(),
            Math.min(SubnetEmission.COMPARED, emitted.images())),
        new DeploymentCard.Preprocessing(
            input.side(),
            input.channels(),
            data.mean(),
            data.deviation(),
            data.resampling(),
            data.labels()),
        files(emitted, further),
        runner());
  }

  private static DeploymentCard.Runner runner() {
    return new DeploymentCard.Runner("onnxruntime", OnnxModel.version());
  }

  private List<DeploymentCard.ModelFile> files(
      EmittedSubnet emitted, List<DeploymentCard.ModelFile> further) {
    long peakBytes =
        MemoryModel.of(source.emission().supernet().space(), Precision.FLOAT32)
            .map(memory -> (long) memory.peakBytes().at(emitted.architecture()))
            .orElse(0L);
    List<DeploymentCard.ModelFile> files = new ArrayList<>();
    files.add(
        DeploymentCard.ModelFile.of(
            new OnnxEmitter(),
            OnnxEmitter.FILE,
            emitted.model(),
            DeploymentCard.FileRun.of(
                runner(), emitted.measuredAccuracy(), emitted.images(), null, peakBytes)));
    files.addAll(further);
    return files;
  }

  private static DeploymentCard.MeasuredLatency measured(Samples samples, String conditions) {
    return new DeploymentCard.MeasuredLatency(
        samples.median(),
        samples.quantile(0.75) - samples.quantile(0.25),
        samples.count(),
        conditions);
  }
}
