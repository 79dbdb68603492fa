package dev.espalier.operatorlatency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.operator.Precision;
import dev.espalier.operatorlatency.OperatorLatencyFit.Kernels;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import dev.espalier.work.WorkFeature;
import dev.espalier.work.WorkGeometry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.GBTRegressionModel;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far models are off on real measurements that their fits did not see. */
class OperatorLatencyIT {
  private static final List<HeldOutError> UNJUDGED =
      List.of(HeldOutError.of("not judged", new double[] {0}));
  private static final String L552 = "NUCLEO-L552ZE-Q (Cortex-M33)";
  private static final String F446 = "NUCLEO-F446RE (Cortex-M4)";
  private static final int ANCHORS = 12;

  @Test
  void stagesOfTheFpgaArePredictedFromTheOthers() {
    MeasuredSet set =
        RealData.read(
            "ultra96-csv",
            "ofa-mbv3-fpga-ultra96v2/all_blocks_latency_raw.csv",
            Optional.empty(),
            "ofa-mobilenetv3-w1.2");
    OperatorLatencyFit fit =
        new OperatorLatencyFit(
            Precision.INT8,
            Kernels.SHARED,
            OperatorLatencyFit.onChipLimits(WorkGeometry.lanes(8, 12, 12)));
    double[] errors = fit.leaveGroupsOut(set.values()).errors(set.values());
    set.values().stream()
        .map(MeasuredWork::group)
        .distinct()
        .sorted()
        .forEach(
            group ->
                System.out.println(
                    "FPGA "
                        + HeldOutError.of(
                                group,
                                IntStream.range(0, errors.length)
                                    .filter(i -> set.values().get(i).group().equals(group))
                                    .mapToDouble(i -> errors[i])
                                    .toArray())
                            .words()));
    HeldOutError all = HeldOutError.of("each stage kept out in turn", errors);
    System.out.println("FPGA " + all.words());
    OperatorLatencyModel model = fit.fit(set.values(), set.source(), List.of(all));
    System.out.println(
        "FPGA "
            + HeldOutError.of("fitted", OperatorLatencyFit.errors(model, set.values())).words());
    assertThat(all.medianRelativeError()).isLessThan(0.15);
  }

  @ParameterizedTest
  @CsvSource({L552 + "," + F446, F446 + "," + L552})
  void aBoardIsPredictedFromTheOtherAndADozenAnchors(String from, String to) {
    MeasuredSet set =
        RealData.read("micronas-csv", "micronas-mcu-ops/mcu_op_latency.csv", Optional.of(from));
    OperatorLatencyFit fit =
        new OperatorLatencyFit(Precision.INT8, Kernels.SEPARATE, List.of(WorkGeometry.SCALAR));
    HeldOutError shapes =
        HeldOutError.of(
            "each input shape kept out in turn",
            fit.leaveGroupsOut(set.values()).errors(set.values()));
    System.out.println("MCU " + from + " " + shapes.words());
    OperatorLatencyModel model = fit.fit(set.values(), set.source(), List.of(shapes));
    MeasuredSet.OtherDevice other = set.others().get(0);
    assertThat(other.name()).isEqualTo(to);
    OperatorLatencyModel transferred =
        BoardTransfer.transfer(model, other.values(), ANCHORS, other.name());
    System.out.println("MCU " + from + " to " + transferred.errors().get(0).words());
    assertThat(transferred.errors().get(0).medianRelativeError()).isLessThan(0.10);
  }

  @ParameterizedTest
  @CsvSource({
    "mobile-dsp-snapdragon-855-hexagon-690-int8",
    "mobile-gpu-snapdragon-855-adreno-640-int8"
  })
  void networksAreSumsOfOperators(String device) {
    MeasuredSet set =
        RealData.read(
            "latbench-csv", "latbench-nb201/latbench_latency_ms.csv", Optional.of(device));
    OperatorLatencyFit fit =
        new OperatorLatencyFit(
            Precision.INT8, Kernels.SHARED, List.of(WorkGeometry.lanes(1, 4, 1)));
    HeldOutError all =
        HeldOutError.of(
            "each fifth of the networks kept out in turn",
            fit.leaveGroupsOut(set.values()).errors(set.values()));
    System.out.println("NB201 " + device + " " + all.words());
    OperatorLatencyModel model = fit.fit(set.values(), set.source(), UNJUDGED);
    System.out.println("NB201 " + model.weights() + " " + model.extrapolation());
    assertThat(all.medianRelativeError()).isLessThan(0.05);
  }

  /** What the sums are weighed against: MLlib's trees on the logarithms of the same counts. */
  @Test
  void sumsPredictStagesBetterThanBoostedTrees() {
    MeasuredSet set =
        RealData.read(
            "ultra96-csv",
            "ofa-mbv3-fpga-ultra96v2/all_blocks_latency_raw.csv",
            Optional.empty(),
            "ofa-mobilenetv3-w1.2");
    List<MeasuredWork> values = set.values();
    double[] errors = new double[values.size()];
    SparkSession session =
        SparkSession.builder().master("local[1]").config("spark.ui.enabled", "false").getOrCreate();
    try {
      for (String group : values.stream().map(MeasuredWork::group).distinct().toList()) {
        GBTRegressionModel trees =
            new GBTRegressor()
                .setMaxIter(60)
                .setMaxDepth(4)
                .setStepSize(0.1)
                .setSeed(1)
                .fit(
                    session
                        .createDataFrame(
                            values.stream()
                                .filter(v -> !v.group().equals(group))
                                .map(v -> RowFactory.create(Math.log(v.micros()), counts(v)))
                                .toList(),
                            new StructType()
                                .add("label", DataTypes.DoubleType)
                                .add("features", new VectorUDT()))
                        .coalesce(1));
        for (int i = 0; i < errors.length; i++) {
          MeasuredWork value = values.get(i);
          if (value.group().equals(group)) {
            errors[i] = Math.abs(Math.exp(trees.predict(counts(value))) / value.micros() - 1);
          }
        }
      }
    } finally {
      session.stop();
    }
    HeldOutError trees = HeldOutError.of("boosted trees, each stage kept out in turn", errors);
    HeldOutError sums =
        HeldOutError.of(
            "sums",
            new OperatorLatencyFit(
                    Precision.INT8,
                    Kernels.SHARED,
                    OperatorLatencyFit.onChipLimits(WorkGeometry.lanes(8, 12, 12)))
                .leaveGroupsOut(values)
                .errors(values));
    System.out.println("FPGA " + trees.words());
    assertThat(sums.medianRelativeError()).isLessThan(trees.medianRelativeError());
  }

  private static Vector counts(MeasuredWork value) {
    return Vectors.dense(
        Arrays.stream(
                WorkFeature.of(
                    value.work().get(0), Precision.INT8, new WorkGeometry(8, 12, 12, 192 << 10)))
            .map(Math::log1p)
            .toArray());
  }
}
