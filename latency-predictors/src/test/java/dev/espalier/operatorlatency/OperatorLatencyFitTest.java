package dev.espalier.operatorlatency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import dev.espalier.operatorlatency.OperatorLatencyFit.Kernels;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import dev.espalier.work.OperatorWork;
import dev.espalier.work.WorkFeature;
import dev.espalier.work.WorkGeometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OperatorLatencyFitTest {
  private static final long SEED = 20260331;
  private static final List<HeldOutError> ERRORS =
      List.of(HeldOutError.of("nothing", new double[] {0}));
  private static final OperatorLatencyFit SCALAR =
      new OperatorLatencyFit(Precision.INT8, Kernels.SEPARATE, List.of(WorkGeometry.SCALAR));
  private static final OperatorLatencyModel TRUTH =
      new OperatorLatencyModel(
          Precision.INT8,
          WorkGeometry.SCALAR,
          new TreeMap<>(
              Map.of(
                  WorkFeature.LAUNCHES, 20.0,
                  WorkFeature.POINTWISE_MACS, 0.01,
                  WorkFeature.CONVOLUTION_MACS, 0.03,
                  WorkFeature.ADD_ELEMENTS, 0.5)),
          "a rule",
          0,
          1,
          ERRORS);

  private static Operator operator(RandomGenerator random) {
    TensorShape shape =
        new TensorShape(random.nextInt(4, 30), random.nextInt(4, 30), random.nextInt(1, 64));
    return switch (random.nextInt(3)) {
      case 0 -> Operator.add(shape);
      case 1 -> Operator.conv(shape, random.nextInt(1, 64), 1, 1, Activation.RELU);
      default ->
          Operator.conv(
              shape, random.nextInt(1, 64), 3 + 2 * random.nextInt(3), 1, Activation.RELU);
    };
  }

  /** Operators in ten groups that take as long as a rule says. */
  static List<MeasuredWork> values(int count, ToDoubleFunction<OperatorWork> rule) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<MeasuredWork> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      OperatorWork work = OperatorWork.of(operator(random));
      values.add(
          new MeasuredWork(
              "table.csv, line " + (i + 2),
              "group " + i % 10,
              MeasuredWork.Subject.OPERATOR,
              List.of(work),
              rule.applyAsDouble(work)));
    }
    return values;
  }

  @Test
  void aRuleOfThisFormIsFoundAgain() {
    List<MeasuredWork> values = values(300, TRUTH::micros);

    OperatorLatencyModel model = SCALAR.fit(values, "300 values", ERRORS);

    assertThat(HeldOutError.of("fitted", OperatorLatencyFit.errors(model, values)))
        .as("seed %d", SEED)
        .satisfies(e -> assertThat(e.ninetiethPercentileError()).isLessThan(0.01));
    assertThat(model.fittedOn()).isEqualTo("300 values");
  }

  @Test
  void noWeightIsNegativeWhateverTheLatencies() {
    SplittableRandom random = new SplittableRandom(SEED);

    OperatorLatencyModel model =
        SCALAR.fit(values(200, w -> 1 + random.nextDouble(1000)), "noise", ERRORS);

    assertThat(model.weights().values()).as("seed %d", SEED).allMatch(w -> w >= 0);
  }

  @Test
  void aFewWildValuesDoNotMoveTheRest() {
    SplittableRandom random = new SplittableRandom(SEED);
    List<MeasuredWork> values =
        values(300, w -> TRUTH.micros(w) * (random.nextInt(20) == 0 ? 5 : 1));

    OperatorLatencyModel model = SCALAR.fit(values, "x", ERRORS);

    assertThat(
            HeldOutError.of("all", OperatorLatencyFit.errors(model, values)).medianRelativeError())
        .as("seed %d", SEED)
        .isLessThan(0.02);
  }

  @Test
  void theOrderOfValuesDoesNotMatter() {
    List<MeasuredWork> values = values(100, TRUTH::micros);
    List<MeasuredWork> reversed = new ArrayList<>(values);
    Collections.reverse(reversed);

    OperatorLatencyModel model = SCALAR.fit(values, "x", ERRORS);
    OperatorLatencyModel other = SCALAR.fit(reversed, "x", ERRORS);

    for (MeasuredWork value : values) {
      double micros = model.micros(value.work().get(0));
      assertThat(other.micros(value.work().get(0))).isCloseTo(micros, within(0.01 * micros));
    }
  }

  @Test
  void eachGroupIsPredictedByTheOthers() {
    List<MeasuredWork> values = values(300, TRUTH::micros);

    double[] errors = SCALAR.leaveGroupsOut(values).errors(values);

    assertThat(errors).hasSize(300);
    assertThat(HeldOutError.of("x", errors).medianRelativeError()).isLessThan(0.01);
  }

  @Test
  void arraysShareTheCostOfDenseProducts() {
    OperatorLatencyModel model =
        new OperatorLatencyFit(
                Precision.INT8, Kernels.SHARED, List.of(WorkGeometry.lanes(8, 12, 12)))
            .fit(values(100, TRUTH::micros), "x", ERRORS);

    assertThat(model.weights().get(WorkFeature.CONVOLUTION_MACS))
        .isEqualTo(model.weights().get(WorkFeature.POINTWISE_MACS));
    assertThat(model.weights()).doesNotContainKey(WorkFeature.CONVOLUTION_GATHERED);
  }

  @Test
  void whatAllNetworksHaveAlikeIsPartOfWhatANetworkCosts() {
    OperatorWork classifier = OperatorWork.of(Operator.linear(64, 10));
    List<MeasuredWork> operators = values(200, TRUTH::micros);
    List<MeasuredWork> networks =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    new MeasuredWork(
                        "line " + i,
                        "fold " + i % 5,
                        MeasuredWork.Subject.NETWORK,
                        List.of(
                            operators.get(2 * i).work().get(0),
                            operators.get(2 * i + 1).work().get(0),
                            classifier),
                        500 + operators.get(2 * i).micros() + operators.get(2 * i + 1).micros()))
            .toList();

    OperatorLatencyModel model = SCALAR.fit(networks, "x", ERRORS);

    assertThat(model.weights()).doesNotContainKey(WorkFeature.LINEAR_MACS);
    assertThat(model.networkMicros()).isPositive();
  }

  @Test
  void equalLatenciesAreNoLatencies() {
    assertThatThrownBy(() -> SCALAR.fit(values(100, w -> 7), "x", ERRORS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "table.csv, line 2 to table.csv, line 101: all 100 latencies are 7.0 us: that column is no latency; check which one it is");
  }

  @Test
  void tooFewValuesAreRefusedWithTheNumberNeeded() {
    assertThatThrownBy(() -> SCALAR.fit(values(9, TRUTH::micros), "x", ERRORS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9 values are too few to fit")
        .hasMessageContaining("measure more operators");
  }

  @Test
  void oneGroupCannotBeKeptOut() {
    List<MeasuredWork> values =
        values(100, TRUTH::micros).stream()
            .map(v -> new MeasuredWork(v.place(), "all", v.subject(), v.work(), v.micros()))
            .toList();

    assertThatThrownBy(() -> SCALAR.leaveGroupsOut(values))
        .hasMessageContaining("nothing can be kept out")
        .hasMessageContaining("--space");
  }

  @Test
  void aSlowerBoardIsFoundWithADozenAnchors() {
    OperatorLatencyModel model = SCALAR.fit(values(300, TRUTH::micros), "board 1", ERRORS);
    List<MeasuredWork> other = values(200, w -> 2.5 * TRUTH.micros(w));

    OperatorLatencyModel transferred = BoardTransfer.transfer(model, other, 12, "board 2");

    assertThat(transferred.errors()).hasSize(1);
    assertThat(transferred.errors().get(0).values()).isEqualTo(188);
    assertThat(transferred.errors().get(0).medianRelativeError()).isLessThan(0.01);
    assertThat(transferred.fittedOn()).isEqualTo("board 1; scaled to board 2 by 12 anchors");
  }

  @Test
  void anchorsDoNotDependOnWhatIsMeasuredOfThem() {
    OperatorLatencyModel model = SCALAR.fit(values(300, TRUTH::micros), "board 1", ERRORS);

    assertThat(BoardTransfer.anchors(model, values(50, w -> 1), 12))
        .hasSize(12)
        .isEqualTo(BoardTransfer.anchors(model, values(50, TRUTH::micros), 12));
    assertThatThrownBy(() -> BoardTransfer.anchors(model, values(5, w -> 1), 12))
        .hasMessageContaining("12 anchors of 5 candidates");
  }
}
