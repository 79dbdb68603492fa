package dev.espalier.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Storage;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class OperatorBenchmarkTest {
  private static final TimingPlan QUICK = new TimingPlan(2, 50, 3, 4, 0.05);
  private static final LatencyTable NOTHING = LatencyTable.of(Map.of());

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static SearchSpace space() {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(8, 12),
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
            10));
  }

  @Test
  void findsEveryOperatorOfASpace() {
    Set<Operator> operators = OperatorBenchmark.operators(space());
    Set<Operator> sampled = new HashSet<>();
    RandomGenerator random = random(3);
    for (int i = 0; i < 2_000; i++) {
      sampled.addAll(space().lower(space().sample(random)));
    }
    assertThat(operators).isEqualTo(sampled);
  }

  @Test
  void timesOperatorsAndResumesWhatIsMissing() {
    List<Operator> operators =
        List.of(
            Operator.conv(new TensorShape(16, 16, 16), 16, 3, 1, Activation.RELU),
            Operator.conv(new TensorShape(32, 32, 32), 32, 5, 1, Activation.RELU),
            Operator.globalPool(new TensorShape(4, 4, 8)),
            Operator.averagePool(new TensorShape(32, 32, 16), 3, 1),
            Operator.add(new TensorShape(32, 32, 64)),
            Operator.linear(64, 10));
    OperatorBenchmark benchmark = new OperatorBenchmark(QUICK);
    List<Integer> checkpoints = new ArrayList<>();
    List<String> progress = new ArrayList<>();
    LatencyTable first =
        benchmark.time(operators.subList(0, 2), NOTHING, random(1), Progress.SILENT, t -> {});
    LatencyTable all =
        benchmark.time(
            operators,
            first,
            random(2),
            (what, done, total, left) -> progress.add(what + " " + done + "/" + total),
            t -> checkpoints.add(t.size()));
    assertThat(all.missing(operators)).isEmpty();
    assertThat(all.entries()).containsAllEntriesOf(first.entries());
    assertThat(all.entries().values())
        .allSatisfy(
            e -> {
              assertThat(e.samples().orElseThrow()).isBetween(3L, 4L);
              assertThat(e.origin()).isEqualTo(Origin.MEASURED);
              assertThat(e.medianMicros()).isPresent();
            });
    assertThat(checkpoints).containsExactly(6);
    assertThat(progress).last().isEqualTo("operators 4/4");
    // 26 MMAC against 0.6 MMAC.
    assertThat(all.find(operators.get(1)).orElseThrow().micros())
        .isGreaterThan(all.find(operators.get(0)).orElseThrow().micros());
  }

  @Test
  void buildsWholeNetworksFromTheirOperators() {
    SearchSpace space = space();
    for (long seed = 0; seed < 20; seed++) {
      Architecture architecture = space.sample(random(seed));
      Graph graph =
          NetworkGraphs.of(space.format(architecture), space.lower(architecture), random(seed));
      assertThat(graph.macs()).as("seed %d", seed).isEqualTo(space.macs(architecture));
      assertThat(graph.output().shape()).isEqualTo(new TensorShape(1, 1, 10));
    }
  }

  @Test
  void buildsNetworksWithPoolsSumsAndBranches() {
    for (String name : List.of("nasbench201", "ofa-resnet50@128")) {
      SearchSpace space =
          new SpaceCatalogue(
                  new Storage(new Configuration(false)), List.of(new Path("../supernet/spaces")))
              .read(name);
      List<Architecture> architectures =
          new ArrayList<>(List.of(space.smallest(), space.largest()));
      for (long seed = 0; seed < (name.equals("nasbench201") ? 20 : 1); seed++) {
        architectures.add(space.sample(random(seed)));
      }
      for (Architecture architecture : architectures) {
        List<Operator> operators = space.lower(architecture);
        Graph graph = NetworkGraphs.of(space.format(architecture), operators, random(1));
        assertThat(graph.macs()).as(graph.name()).isEqualTo(space.macs(architecture));
        assertThat(graph.output().shape().height()).isEqualTo(1);
        for (OperatorKind kind : List.of(OperatorKind.ADD, OperatorKind.AVERAGE_POOL)) {
          long wanted = operators.stream().filter(o -> o.kind() == kind).count();
          assertThat(
                  graph.nodes().stream()
                      .filter(
                          n ->
                              kind == OperatorKind.ADD
                                  ? n instanceof Node.Add
                                  : n instanceof Node.Pool p && p.kind() == Node.Pool.Kind.AVERAGE)
                      .count())
              .as("%s of %s", kind, graph.name())
              .isGreaterThanOrEqualTo(wanted);
        }
      }
    }
  }

  @Test
  void aNetworkOfOperatorsThatDoNotFitIsRefusedByName() {
    assertThatThrownBy(
            () ->
                NetworkGraphs.of(
                    "broken",
                    List.of(Operator.globalPool(new TensorShape(4, 4, 8)), Operator.linear(9, 10)),
                    random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "network broken: no operator before makes the input of %s"
                .formatted(Operator.linear(9, 10)));
  }

  @Test
  void timesWholeNetworks() {
    SearchSpace space = space();
    List<String> progress = new ArrayList<>();
    double[] micros =
        new WholeNetworkBenchmark(QUICK)
            .medianMicros(
                space,
                List.of(space.smallest(), space.largest()),
                random(1),
                (what, done, total, left) -> progress.add(what + " " + done + "/" + total));
    assertThat(micros[0]).isPositive().isLessThan(micros[1]);
    assertThat(progress).last().isEqualTo("networks 2/2");
  }

  @Test
  void makesAProfileWithCompleteProvenance() {
    OperatorBenchmark benchmark = new OperatorBenchmark(QUICK);
    LatencyTable table =
        benchmark.time(
            List.of(Operator.linear(8, 2)), NOTHING, random(1), Progress.SILENT, t -> {});
    LocalDate day = LocalDate.of(2026, 3, 31);
    HardwareProfile profile =
        HostProfile.of(
            "host",
            new HostMachine("Some CPU", 2, OptionalInt.of(2600), OptionalLong.of(1L << 34)),
            table,
            benchmark,
            day);
    assertThat(profile.provenance())
        .containsExactly(
            new Measured(
                "Some CPU, 2 processors",
                "onnxruntime",
                "1.29.0",
                Precision.FLOAT32,
                1,
                1,
                OptionalInt.of(2600),
                day,
                "median over 3 to 4 visits in shuffled rounds, each the median of a burst of 50 us; less the same for a ReLU over the operator's input, the fixed cost of a run"));
    assertThat(profile.memory().ramBytes()).hasValue(1L << 34);
  }
}
