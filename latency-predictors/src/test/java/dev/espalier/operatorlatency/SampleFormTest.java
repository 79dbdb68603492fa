package dev.espalier.operatorlatency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import dev.espalier.operator.Precision;
import dev.espalier.work.Primitive;
import dev.espalier.work.PrimitiveKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SampleFormTest {
  private static final String BOARDS =
      """
      board_name,op,input_shape,output_shape,kernel,strides,groups,invoke_ms,suspect
      a,conv2d,1x9x8x3,1x5x8x4,3x1,2x1,1,1.5,0
      a,conv2d,1x9x8x3,1x9x8x4,1x1,1x1,1,0.5,0
      b,add,1x2x3x4+1x2x3x4,1x2x3x4,,,,0.25,0
      a,softmax,1x6,1x6,,,,0.1,0
      a,conv2d,1x9x8x3,1x9x8x4,1x1,1x1,1,99,1
      """;

  private static MeasuredSet read(String form, String text, String device) {
    return SampleForm.named(form)
        .read(
            List.of(new SourceFile("t.csv", text)),
            new SampleChoice(
                Precision.INT8, Optional.ofNullable(device), List.of(), RealData::space));
  }

  @Test
  void operatorsOfABoardAreReadAndThoseOfOthersKeptApart() {
    MeasuredSet set = read("micronas-csv", BOARDS, "a");

    assertThat(set.values().stream().map(v -> v.work().get(0).primitives().get(0)))
        .containsExactly(
            new Primitive(PrimitiveKind.CONVOLUTION, 40, 3, 4, 3),
            new Primitive(PrimitiveKind.POINTWISE, 72, 3, 4, 1));
    assertThat(set.values().get(0).micros()).isEqualTo(1500);
    assertThat(set.others()).hasSize(1);
    assertThat(set.others().get(0).values().get(0).work().get(0).inputElements()).isEqualTo(48);
    assertThat(set.leftOut())
        .containsExactly(
            "t.csv, line 5: softmax, which no network here has", "t.csv, line 6: marked suspect");
  }

  @Test
  void aBoardThatIsNotThereIsRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> read("micronas-csv", BOARDS, "c"))
        .hasMessage("no device 'c' in the files; there are a, b");
    assertThatThrownBy(() -> read("micronas-csv", BOARDS, null))
        .hasMessageContaining("name one of them; there are a, b");
  }

  @Test
  void everyWrongLineIsNamed() {
    String wrong =
        BOARDS.replace("1.5,0", ",0").replace("1x5x8x4", "1x5x8x4").replace("0.25", "no")
            + "a,conv2d,1x9x8x3,1x9x9x4,1x1,1x1,1,0.5,0\na,lstm,1x9x8x3,1x9x8x3,,,,1,0\n";

    assertThatThrownBy(() -> read("micronas-csv", wrong, "a"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("line 2: column invoke_ms: '' is no latency")
        .hasMessageContaining("line 4: column invoke_ms: 'no' is no latency")
        .hasMessageContaining("line 7: output 1x9x9x4 is not what strides 1x1 make")
        .hasMessageContaining("line 8: column op: 'lstm' is not conv2d");
  }

  @Test
  void aMissingColumnIsNamed() {
    assertThatThrownBy(() -> read("micronas-csv", BOARDS.replace("invoke_ms", "time"), "a"))
        .hasMessageContaining("line 1: column 'invoke_ms' is missing");
  }

  @Test
  void networksThatDifferInEdgesWithoutEffectAreOfOneGroup() {
    MeasuredSet set =
        read(
            "latbench-csv",
            """
            arch_vector,dsp
            000100,1.25
            000120,1.3
            222222,
            333333,4
            """,
            "dsp");

    assertThat(set.values()).hasSize(3);
    assertThat(set.values().get(0).group()).isEqualTo(set.values().get(1).group());
    assertThat(set.values()).allMatch(v -> v.subject() == MeasuredWork.Subject.NETWORK);
    assertThat(set.leftOut()).containsExactly("t.csv, line 4: not measured on dsp");
  }

  @Test
  void unknownFormsAreRefusedWithThoseThatAreKnown() {
    assertThatThrownBy(() -> SampleForm.named("nanonas"))
        .hasMessageContaining("unknown form 'nanonas'")
        .hasMessageContaining("latbench-csv, micronas-csv")
        .hasMessageContaining("ultra96-csv");
  }
}
