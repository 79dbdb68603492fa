package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.CorrectedAccuracyPredictor;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.accuracy.SpaceDefinition;
import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Precision;
import dev.espalier.search.Budget;
import dev.espalier.search.CostColumns;
import dev.espalier.search.IslandLeg;
import dev.espalier.search.Quantity;
import dev.espalier.search.SearchSettings;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.SolvedTarget;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkFiles;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag;

class SerialisationTest {
  private static final SearchSpace SPACE = SparkTesting.space();

  private static final SolvedTarget SOLVED =
      new SolvedTarget(
          "t",
          new SolvedTarget.Scored("AQ==", "P+AAAAAAAAA="),
          List.of(new SolvedTarget.Answer(new SolvedTarget.Scored("", ""), "AA==", 0, 3.5)),
          0,
          8,
          0.25);

  private static SerializerInstance kryo() {
    return new KryoSerializer(EspalierSpark.conf("test")).newInstance();
  }

  private static SerializerInstance java() {
    return new JavaSerializer(EspalierSpark.conf("test")).newInstance();
  }

  private static <T> T roundTrip(SerializerInstance serializer, T value) {
    ClassTag<T> any = ClassTag.apply(Object.class);
    ByteBuffer bytes = serializer.serialize(value, any);
    return serializer.deserialize(bytes, any);
  }

  static Stream<Object> values() {
    AccuracyMeasurement measurement =
        new AccuracyMeasurement(SPACE.largest(), 9, 10, SyntheticPredictors.CONDITIONS);
    return Stream.of(
        SPACE.largest(),
        measurement,
        SyntheticPredictors.CONDITIONS,
        new PredictorError(10, 5, 0.5, 0.1, 0.2, 0.3),
        SpaceDefinition.of(SPACE),
        SOLVED,
        new IslandLeg.Ticket(
            2, 3, 4L, List.of(SPACE.largest()), 16, 5, 3, 0.1, 0.5, SearchSettings.Start.CORNERS),
        new IslandLeg.Found(List.of(SOLVED), 5, 6, 7),
        SparkTesting.data(1).preprocessing());
  }

  @ParameterizedTest
  @MethodSource("values")
  void valuesSurviveKryo(Object value) {
    assertThat(roundTrip(kryo(), value)).isEqualTo(value).isNotSameAs(value);
  }

  @Test
  void valuesThatTravelInClosuresSurviveJavaSerialisation() {
    Architecture architecture = SPACE.largest();

    assertThat(roundTrip(java(), architecture)).isEqualTo(architecture);
    assertThat(roundTrip(java(), SyntheticPredictors.CONDITIONS))
        .isEqualTo(SyntheticPredictors.CONDITIONS);
  }

  @Test
  void targetsSurviveKryoWithTheirCostModels() {
    AdditiveFunction cost = AdditiveFunction.compile(SPACE, 1, (slot, code) -> slot + code[0]);
    SearchTarget target =
        new SearchTarget(
            "t",
            Quantity.LATENCY,
            Map.of(Quantity.LATENCY, cost),
            List.of(Budget.atMost("b", Quantity.LATENCY, 30)));

    SearchTarget read =
        roundTrip(kryo(), new TargetShipment(List.of(target, target))).targets().get(1);

    assertThat(read.budgets()).isEqualTo(target.budgets());
    assertThat(read.score(SPACE.largest(), 0.5)).isEqualTo(target.score(SPACE.largest(), 0.5));
  }

  @Test
  void immutableListsSurviveKryo() {
    for (List<Integer> list :
        List.of(List.of(1), List.of(1, 2), List.of(1, 2, 3), Stream.of(4, 5).toList())) {
      assertThat(roundTrip(kryo(), list)).isEqualTo(list);
    }
    assertThat(roundTrip(kryo(), List.<Integer>of())).isEmpty();
  }

  @Test
  void predictorsAndCostsPredictTheSameAfterBothSerialisers() {
    List<Architecture> architectures = SparkTesting.architectures(SPACE, 50, 1);
    byte[] codes = SparkTesting.codes(architectures);
    AdditiveFunction macs =
        AdditiveFunction.compile(
            SPACE,
            0,
            (slot, code) -> SPACE.operators(slot, code).stream().mapToLong(o -> o.macs()).sum());
    CostColumns columns =
        CostColumns.of(
            List.of(
                new SearchTarget(
                    "t",
                    Quantity.MACS,
                    Map.of(
                        Quantity.MACS,
                        macs,
                        Quantity.PEAK_MEMORY,
                        MemoryModel.compile(SPACE, Precision.INT8).peakBytes()),
                    List.of(Budget.atMost("flat", Quantity.PEAK_MEMORY, 1000)))));
    double[] costs = new double[100];
    columns.costs(codes, 50, costs);
    for (SerializerInstance serializer : List.of(kryo(), java())) {
      for (JudgedAccuracyPredictor predictor :
          List.of(
              SyntheticPredictors.mlp(SPACE),
              SyntheticPredictors.additive(SPACE, 2, 1),
              corrected(SyntheticPredictors.mlp(SPACE)))) {
        double[] expected = new double[50];
        predictor.predict(codes, 50, expected);

        JudgedAccuracyPredictor read = roundTrip(serializer, predictor);

        double[] found = new double[50];
        read.predict(codes, 50, found);
        assertThat(found).isEqualTo(expected);
        assertThat(read.error()).isEqualTo(predictor.error());
        assertThat(read.space()).isEqualTo(SPACE);
      }
      AdditivePart part = SyntheticPredictors.part(SPACE);
      double[] expectedOfPart = new double[50];
      part.predict(codes, 50, expectedOfPart);
      AdditivePart readPart = roundTrip(serializer, part);
      double[] found = new double[50];
      readPart.predict(codes, 50, found);
      assertThat(found).isEqualTo(expectedOfPart);
      assertThat(readPart.agreement()).isEqualTo(part.agreement());
      assertThat(readPart.kind()).isEqualTo(part.kind());
      double[] foundCosts = new double[100];
      roundTrip(serializer, columns).costs(codes, 50, foundCosts);
      assertThat(foundCosts).isEqualTo(costs);
    }
  }

  private static CorrectedAccuracyPredictor corrected(JudgedAccuracyPredictor base) {
    AdditiveBasis basis = new AdditiveBasis(SPACE, 1);
    return new CorrectedAccuracyPredictor(
        base,
        new AdditiveWeighting(
            basis, 0.01, SparkTesting.random(6).doubles(basis.features(), -0.01, 0.01).toArray()),
        20,
        base.error());
  }

  @Test
  void aCorrectionIsAddedAndAccuraciesStayFractions() {
    JudgedAccuracyPredictor base = SyntheticPredictors.mlp(SPACE);
    CorrectedAccuracyPredictor corrected = corrected(base);
    for (Architecture architecture : SparkTesting.architectures(SPACE, 50, 2)) {
      assertThat(corrected.predict(architecture))
          .isCloseTo(
              base.predict(architecture) + corrected.correction().function().at(architecture),
              within(1e-12));
    }
    AdditiveBasis basis = new AdditiveBasis(SPACE, 1);
    AdditiveWeighting two = new AdditiveWeighting(basis, 2, new double[basis.features()]);
    assertThat(new CorrectedAccuracyPredictor(base, two, 20, base.error()).predict(SPACE.largest()))
        .isEqualTo(1);
    assertThat(two.plus(two).function().at(SPACE.largest())).isEqualTo(4);
    assertThatThrownBy(() -> two.plus(SyntheticPredictors.additive(SPACE, 2, 1).weighting()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order 1 and 2 cannot be added");
  }

  @Test
  void broadcastsSurviveKryoAndLeaveNoFile() throws IOException {
    SparkTesting.session(); // whose folder weights are mapped in
    EvaluationInputs inputs = new EvaluationInputs(SparkTesting.supernet(), SparkTesting.data(1));

    EvaluationInputs read = roundTrip(kryo(), inputs);

    assertThat(read.data().digest()).isEqualTo(SparkTesting.data(1).digest());
    assertThat(read.weights()).isEqualTo(SparkTesting.supernet().weights());
    assertThat(read.network().space()).isEqualTo(SPACE);
    try (Stream<Path> files = Files.list(Path.of(SparkFiles.getRootDirectory()))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".safetensors"));
    }
  }

  @Test
  void anUnregisteredTypeIsAnError() {
    record Stranger(int value) {}

    assertThatThrownBy(() -> roundTrip(kryo(), new Stranger(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Class is not registered")
        .hasMessageContaining("Stranger");
  }

  @Test
  void aRecordIsCheckedByItsConstructorWhenRead() {
    SerializerInstance serializer = kryo();
    byte[] one = bytes(serializer, correctOfFour(1));
    byte[] two = bytes(serializer, correctOfFour(2));
    // Where the count lies, and what one more adds there.
    int place = Arrays.mismatch(one, two);
    one[place] += 4 * (two[place] - one[place]);

    assertThatThrownBy(
            () -> serializer.deserialize(ByteBuffer.wrap(one), ClassTag.apply(Object.class)))
        .hasRootCauseMessage(
            "5 correct of 4 images: at least 1 image, and correct between 0 and images");
  }

  private static AccuracyMeasurement correctOfFour(int correct) {
    return new AccuracyMeasurement(SPACE.smallest(), correct, 4, SyntheticPredictors.CONDITIONS);
  }

  private static byte[] bytes(SerializerInstance serializer, Object value) {
    ByteBuffer buffer = serializer.serialize(value, ClassTag.apply(Object.class));
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
