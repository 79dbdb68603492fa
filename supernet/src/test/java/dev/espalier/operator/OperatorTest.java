package dev.espalier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.space.ChannelRounding;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorTest {
  private static final String KEY =
      "mbconv in=14x14x96 out=7x7x40 k=7 s=2 g=1 mid=576 se=144 act=h_swish shortcut=none"
          + " precision=float32";

  private static Operator mbconv(
      TensorShape input, int output, int kernel, int stride, int mid, int squeeze) {
    TensorShape shape = input.convolved(stride, output);
    return new Operator(
        OperatorKind.MBCONV,
        input,
        shape,
        kernel,
        stride,
        1,
        mid,
        squeeze,
        Activation.RELU,
        shape.equals(input) ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.FLOAT32);
  }

  private static <E> E pick(E[] values, RandomGenerator random) {
    return values[random.nextInt(values.length)];
  }

  private static Operator draw(RandomGenerator random) {
    OperatorKind kind = pick(OperatorKind.values(), random);
    int groups = kind == OperatorKind.CONV ? 1 + random.nextInt(4) : 1;
    TensorShape input =
        new TensorShape(
            1 + random.nextInt(30), 1 + random.nextInt(30), groups * (1 + random.nextInt(20)));
    boolean shortcut = random.nextBoolean();
    boolean sameShape = shortcut || kind == OperatorKind.ADD;
    return new Operator(
        kind,
        input,
        sameShape ? input : input.convolved(2, groups * (1 + random.nextInt(20))),
        1 + 2 * random.nextInt(4),
        shortcut ? 1 : 2,
        groups,
        switch (kind) {
          case MBCONV -> input.channels() * (1 + random.nextInt(6));
          case BOTTLENECK -> 1 + random.nextInt(50);
          default -> 0;
        },
        random.nextInt(3) * 8,
        pick(Activation.values(), random),
        shortcut
            ? Shortcut.IDENTITY
            : kind == OperatorKind.BOTTLENECK ? Shortcut.PROJECTION : Shortcut.NONE,
        pick(Precision.values(), random));
  }

  @Test
  void keysReadBackToEqualOperatorsAndDifferForOthers() {
    long seed = 11;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Operator previous = Operator.linear(1, 1);
    for (int i = 0; i < 2000; i++) {
      Operator operator = draw(random);
      assertThat(Operator.parse(operator.key()))
          .as("seed %d, case %d", seed, i)
          .isEqualTo(operator);
      assertThat(operator.key().equals(previous.key())).isEqualTo(operator.equals(previous));
      previous = operator;
    }
  }

  @Test
  void theDocumentedKeyIsTheKey() {
    assertThat(Operator.parse(KEY).key()).isEqualTo(KEY);
    assertThat(Operator.parse("  " + KEY.replace(" ", "   ") + " ").key()).isEqualTo(KEY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k=7|k|'k' is not a single name=value",
        "k=7|k=7 k=7|'k=7' is not a single name=value",
        "k=7||lacks k=",
        "k=7|k=seven|k=seven is not a whole number",
        "k=7|k=7 colour=1|unknown field [colour]",
        "act=h_swish|act=gelu|'gelu' is not one of [none, relu, relu6, h_swish]",
        "mbconv|pool|'pool' is not one of [conv, mbconv, bottleneck, max_pool, average_pool, global_pool, linear, add]",
        "in=14x14x96|in=14x14|shape '14x14' is not HxWxC",
      })
  void wrongKeysAreRefusedByField(String part, String replacement, String message) {
    String key = KEY.replace(part, replacement == null ? "" : replacement);

    assertThatThrownBy(() -> Operator.parse(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void operatorsThatCannotExistAreRefused() {
    TensorShape shape = new TensorShape(8, 8, 12);
    assertThatThrownBy(() -> mbconv(shape, 12, 3, 1, 11, 0))
        .hasMessage("mbconv in=8x8x12: 11 expansion channels are fewer than its 12 input channels");
    assertThatThrownBy(() -> Operator.conv(shape, 12, 0, 1, Activation.NONE))
        .hasMessageStartingWith(
            "operator CONV: kernel 0, stride 1 and groups 1 must be at least 1");
    assertThatThrownBy(() -> Operator.parse(KEY.replace("shortcut=none", "shortcut=identity")))
        .hasMessage("an identity shortcut needs equal shapes, not 14x14x96 and 7x7x40");
    assertThatThrownBy(
            () ->
                Operator.parse(
                    "conv in=8x8x12 out=8x8x9 k=3 s=1 g=4 mid=0 se=0 act=none shortcut=none"
                        + " precision=int8"))
        .hasMessage("4 groups do not divide channels of 8x8x12 and 8x8x9");
    assertThatThrownBy(
            () -> Operator.parse(Operator.add(shape).key().replace("out=8x8x12", "out=8x8x9")))
        .hasMessage("add in=8x8x12: the sum of two such maps has their shape, not 8x8x9");
    assertThatThrownBy(() -> Operator.averagePool(shape, 4, 2))
        .hasMessage(
            "average_pool in=8x8x12: a window of side 4 at stride 2 can neither be padded by half its side, which takes an odd one, nor lie side by side, which takes stride 4");
  }

  @Test
  void averagePoolsAndSumsCostBytesAlone() {
    TensorShape shape = new TensorShape(9, 8, 12);
    Operator padded = Operator.averagePool(shape, 3, 1);
    Operator sideBySide = Operator.averagePool(shape, 2, 2);
    Operator sum = Operator.add(shape);

    assertThat(padded.key())
        .isEqualTo(
            "average_pool in=9x8x12 out=9x8x12 k=3 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float32");
    assertThat(sum.key())
        .isEqualTo(
            "add in=9x8x12 out=9x8x12 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float32");
    for (Operator operator : List.of(padded, sideBySide, sum)) {
      assertThat(Operator.parse(operator.key())).isEqualTo(operator);
      assertThat(operator.macs()).isZero();
      assertThat(operator.parameters()).isZero();
    }
    assertThat(sideBySide.output()).isEqualTo(new TensorShape(5, 4, 12));
    assertThat(padded.activationBytes()).isEqualTo(2 * 4 * 9 * 8 * 12);
    assertThat(sum.activationBytes()).isEqualTo(3 * 4 * 9 * 8 * 12);
  }

  @Test
  void anInvertedResidualCostsAsMuchAsItsConvolutions() {
    TensorShape input = new TensorShape(14, 14, 96);
    TensorShape middle = new TensorShape(7, 7, 576);
    Operator depthwise =
        new Operator(
            OperatorKind.CONV,
            new TensorShape(14, 14, 576),
            middle,
            7,
            2,
            576,
            0,
            0,
            Activation.H_SWISH,
            Shortcut.NONE,
            Precision.FLOAT32);
    List<Operator> parts =
        List.of(
            Operator.conv(input, 576, 1, 1, Activation.H_SWISH),
            depthwise,
            Operator.conv(middle, 40, 1, 1, Activation.NONE));
    Operator plain = mbconv(input, 40, 7, 2, 576, 0);
    Operator squeezing = mbconv(input, 40, 7, 2, 576, 144);

    assertThat(plain.macs()).isEqualTo(parts.stream().mapToLong(Operator::macs).sum());
    assertThat(plain.parameters()).isEqualTo(parts.stream().mapToLong(Operator::parameters).sum());
    assertThat(squeezing.macs() - plain.macs()).isEqualTo(2 * 576 * 144);
    assertThat(squeezing.parameters() - plain.parameters())
        .isEqualTo(Operator.linear(576, 144).parameters() + Operator.linear(144, 576).parameters());
  }

  @Test
  void nothingExpandsWhereTheMiddleIsAsWideAsTheInput() {
    TensorShape input = new TensorShape(8, 8, 16);
    Operator operator = mbconv(input, 16, 3, 1, 16, 0);

    assertThat(operator.expands()).isFalse();
    assertThat(operator.macs()).isEqualTo(64 * 16 * 9 + 64 * 16 * 16);
    assertThat(mbconv(input, 16, 3, 1, 24, 0).expands()).isTrue();
    assertThat(Operator.conv(input, 16, 3, 1, Activation.NONE).expands()).isFalse();
  }

  @Test
  void precisionChangesBytesAndNothingElse() {
    Operator operator = Operator.parse(KEY);
    Operator int8 = operator.withPrecision(Precision.INT8);

    assertThat(operator.activationBytes()).isEqualTo(4 * (14 * 14 * 96 + 7 * 7 * 40));
    assertThat(int8.activationBytes()).isEqualTo(14 * 14 * 96 + 7 * 7 * 40);
    assertThat(int8.macs()).isEqualTo(operator.macs());
    assertThat(int8.withPrecision(Precision.FLOAT32)).isEqualTo(operator);
  }

  /**
   * MobileNetV3-Large (Howard et al., ICCV 2019, table 1): 219 million multiply-adds and 5.4
   * million parameters in table 3; torchvision's implementation has exactly 5,483,032 parameters.
   */
  @Test
  void mobileNetV3LargeHasItsPublishedCost() {
    int[][] blocks = { // kernel, middle, output, squeeze-and-excitation, stride
      {3, 16, 16, 0, 1}, {3, 64, 24, 0, 2}, {3, 72, 24, 0, 1}, {5, 72, 40, 1, 2},
      {5, 120, 40, 1, 1}, {5, 120, 40, 1, 1}, {3, 240, 80, 0, 2}, {3, 200, 80, 0, 1},
      {3, 184, 80, 0, 1}, {3, 184, 80, 0, 1}, {3, 480, 112, 1, 1}, {3, 672, 112, 1, 1},
      {5, 672, 160, 1, 2}, {5, 960, 160, 1, 1}, {5, 960, 160, 1, 1},
    };
    List<Operator> operators = new ArrayList<>();
    operators.add(Operator.conv(new TensorShape(224, 224, 3), 16, 3, 2, Activation.H_SWISH));
    for (int[] b : blocks) {
      TensorShape input = operators.get(operators.size() - 1).output();
      int squeeze = b[3] == 0 ? 0 : ChannelRounding.toMultipleOfEight(b[1] / 4);
      operators.add(mbconv(input, b[2], b[0], b[4], b[1], squeeze));
    }
    TensorShape last = operators.get(operators.size() - 1).output();
    assertThat(last).isEqualTo(new TensorShape(7, 7, 160));
    operators.add(Operator.conv(last, 960, 1, 1, Activation.H_SWISH));
    operators.add(Operator.globalPool(new TensorShape(7, 7, 960)));
    operators.add(Operator.linear(960, 1280));
    operators.add(Operator.linear(1280, 1000));

    assertThat(operators.stream().mapToLong(Operator::parameters).sum()).isEqualTo(5_483_032);
    assertThat(operators.stream().mapToLong(Operator::macs).sum())
        .isBetween(216_000_000L, 219_500_000L);
  }
}
