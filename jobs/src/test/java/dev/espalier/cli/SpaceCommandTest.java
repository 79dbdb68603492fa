package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SpaceCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String home;

  @BeforeEach
  void useTheSpacesOfTheProject() {
    home = System.setProperty("espalier.home", "../supernet");
  }

  @AfterEach
  void restore() {
    if (home == null) {
      System.clearProperty("espalier.home");
    } else {
      System.setProperty("espalier.home", home);
    }
  }

  private int run(String... arguments) {
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void releasedSpacesAreListedWithTheirSizes() {
    assertThat(run("space", "list")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(l -> l.matches("ofa-mobilenetv3-w1.2 +ofa-mobilenetv3 +5.4e\\+20 .*"))
        .anyMatch(l -> l.matches("nasbench201 +nasbench201 +9.4e\\+03 .*"))
        .anyMatch(l -> l.startsWith("ofa-proxyless-w1.3 "))
        .anyMatch(l -> l.startsWith("ofa-resnet50 "));
  }

  @Test
  void aSpaceIsShownWithItsDecisions() throws Exception {
    assertThat(run("space", "show", "ofa-mobilenetv3-w1.0@224")).isZero();
    assertThat(out.toString())
        .contains("resolution: 224")
        .contains("stage5.block4.expansion: 3, 4, 6")
        .contains("r224 d4:k7e6");
    StringWriter text = new StringWriter();
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(text, true));
    assertThat(line.execute("space", "show", "ofa-resnet50", "--json")).isZero();
    JsonNode json = new ObjectMapper().readTree(text.toString());
    assertThat(json.at("/definition/family").asText()).isEqualTo("ofa-resnet50");
    assertThat(json.at("/decisions")).hasSize(30);
  }

  @Test
  void unknownSpacesAndResolutionsAreBadInput() {
    assertThat(run("space", "show", "ofa-vit")).isEqualTo(2);
    assertThat(err.toString())
        .contains("unknown space 'ofa-vit'; there is nasbench201, ofa-mobilenetv3-w1.0, ");
    assertThat(run("space", "show", "ofa-resnet50@225")).isEqualTo(2);
    assertThat(err.toString()).contains("space ofa-resnet50 has no resolution '225'; it has 128, ");
  }
}
