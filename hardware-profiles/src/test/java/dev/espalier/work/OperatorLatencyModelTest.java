package dev.espalier.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OperatorLatencyModelTest {
  private static final List<HeldOutError> ERRORS =
      List.of(new HeldOutError("each stage kept out in turn", 9, 0.1, 0.2));

  static OperatorLatencyModel model(Map<WorkFeature, Double> weights) {
    return new OperatorLatencyModel(
        Precision.INT8,
        WorkGeometry.lanes(1, 4, 1),
        new TreeMap<>(weights),
        "nine operators",
        1_000_000,
        2_000_000,
        ERRORS);
  }

  private static OperatorLatencyModel model() {
    return model(
        Map.of(
            WorkFeature.LAUNCHES, 10.0,
            WorkFeature.POINTWISE_MACS, 0.5,
            WorkFeature.CONVOLUTION_MACS, 0.25,
            WorkFeature.ADD_ELEMENTS, 2.0));
  }

  private static Operator depthwise() {
    return new Operator(
        OperatorKind.CONV,
        new TensorShape(4, 4, 8),
        new TensorShape(4, 4, 8),
        3,
        1,
        8,
        0,
        0,
        Activation.RELU,
        Shortcut.NONE,
        Precision.INT8);
  }

  @Test
  void latencyIsASumOverParts() {
    Operator add = Operator.add(new TensorShape(4, 4, 8));

    assertThat(model().micros(add)).isEqualTo(10 + 2.0 * 4 * 4 * 8);
    assertThat(model().networkMicros()).isZero();
  }

  @Test
  void aPartThatWasNotFittedCostsWhatItsSubstituteWould() {
    // Eight channels of one input each, which fills one of four lanes.
    assertThat(model().micros(depthwise())).isEqualTo(10 + 0.25 * 4 * 4 * 8 * 4 * 9);
    assertThat(model().extrapolation())
        .isEqualTo(
            "parts it never saw: depthwise (as convolution), linear (as pointwise), pool (as add), global pool (as add), scale (as add), h swish (as add); below 1.00 and above 2.00 million multiply-accumulates in one operator");
  }

  @Test
  void aLargerOperatorNeverCostsLess() {
    double last = 0;
    for (int channels = 1; channels < 100; channels++) {
      double micros =
          model().micros(Operator.conv(new TensorShape(9, 9, channels), 8, 3, 1, Activation.RELU));
      assertThat(micros).isGreaterThanOrEqualTo(last);
      last = micros;
    }
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    OperatorLatencyModel model = model();

    assertThat(OperatorLatencyModel.ofJson("m", model.toJson())).isEqualTo(model);
    assertThat(OperatorLatencyModel.ofJson("m", model.toJson()).toJson()).isEqualTo(model.toJson());
  }

  @Test
  void anotherVersionIsRefused() {
    String later =
        new String(model().toJson(), UTF_8).replace("latency-model/1", "latency-model/2");

    assertThatThrownBy(() -> OperatorLatencyModel.ofJson("p/m.json", later.getBytes(UTF_8)))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("p/m.json")
        .hasMessageContaining("'operator-latency-model/2' is not operator-latency-model/1")
        .hasMessageContaining("fit the model again");
  }

  @Test
  void unknownFeaturesAndNegativeWeightsAreRefused() {
    String text = new String(model().toJson(), UTF_8);

    assertThatThrownBy(
            () ->
                OperatorLatencyModel.ofJson(
                    "m", text.replace("add-elements", "prayers").getBytes(UTF_8)))
        .hasMessageContaining("'prayers' is no feature");
    assertThatThrownBy(() -> model(Map.of(WorkFeature.LAUNCHES, -1.0)))
        .hasMessageContaining("weight -1.0 of launches must be finite and not negative");
    assertThatThrownBy(() -> model(Map.of(WorkFeature.LAUNCHES, 0.0)))
        .hasMessageContaining("no weight is above 0");
  }

  @Test
  void aScaledModelScalesEveryOperator() {
    OperatorLatencyModel twice = model().scaled(2, "the same", ERRORS);

    assertThat(twice.micros(depthwise())).isEqualTo(2 * model().micros(depthwise()));
  }

  @Test
  void heldOutErrorsAreQuantiles() {
    HeldOutError error = HeldOutError.of("x", new double[] {0.4, 0.1, 0.3, 0.2});

    assertThat(error).isEqualTo(new HeldOutError("x", 4, 0.25, 0.4));
    assertThat(error.words()).isEqualTo("x: median error 25.0 %, 90th percentile 40.0 % on 4");
  }
}
