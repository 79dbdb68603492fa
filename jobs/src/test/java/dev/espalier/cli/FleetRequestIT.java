package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.job.TinySupernet;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Requests for many targets, some of them wrong, on Spark local. */
class FleetRequestIT {
  @TempDir private static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void makeInputs() throws IOException {
    TinySupernet.write(folder.resolve("shipped/supernets/tiny"));
    TinySupernet.writeProfile(folder.resolve("shipped/profiles/imaginary"), "imaginary");
    for (String name : Set.of("phone-a", "phone-b", "phone-c")) {
      TinySupernet.writeProfile(folder.resolve("phones/" + name), name);
    }
    Files.createDirectories(folder.resolve("phones/notes"));
    TinySupernet.writeProfile(
        folder.resolve("small/no-room"),
        "no-room",
        new MemoryLimits(OptionalLong.of(100), OptionalLong.empty(), OptionalLong.empty()));
    TinySupernet.writeProfile(folder.resolve("broken/altered"), "altered");
    Path table = folder.resolve("broken/altered").resolve(HardwareProfile.TABLE);
    Files.writeString(table, Files.readString(table).replaceFirst("\n[^\n]*\n$", "\n"));
    System.setProperty("espalier.home", folder.resolve("shipped").toString());
    System.setProperty("espalier.own", folder.resolve("own").toString());
    System.setProperty("spark.master", "local[2]");
  }

  @AfterAll
  static void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
    System.clearProperty("spark.master");
  }

  private int search(String run, String targets, String budgets) throws IOException {
    Path request =
        Files.writeString(
            folder.resolve(run + ".yaml"),
            """
            supernet: tiny
            targets: %s
            budgets: %s
            engine: exact
            candidates-per-budget: 1
            """
                .formatted(targets.replace("DIR", folder.toString()), budgets));
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(
        "search",
        request.toString(),
        "--output",
        folder.resolve("runs/" + run).toString(),
        "--json");
  }

  private JsonNode json() {
    return Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
  }

  private Set<String> targets() {
    Set<String> targets = new TreeSet<>();
    json().path("budgets").forEach(budget -> targets.add(budget.path("target").asText()));
    return targets;
  }

  @Test
  void namesFoldersPatternsAndTablesAreOneFleet() throws IOException {
    Files.writeString(
        folder.resolve("fleet.csv"), "profile,name,macs\nphones/phone-c,cool,1G\nimaginary,own,\n");

    int status =
        search(
            "fleet",
            "[imaginary, 'DIR/phones/phone-[ab]', {table: DIR/fleet.csv}]",
            "[{grid: 3, of: macs}]");

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    assertThat(targets()).containsExactly("cool", "imaginary", "own", "phone-a", "phone-b");
    assertThat(json().path("budgets")).hasSize(15);
    assertThat(Files.readString(folder.resolve("runs/fleet/run.json")))
        .contains("macs ≤ 1000000000 MACs (line 2 of " + folder.resolve("fleet.csv") + ")");
  }

  @Test
  void aFolderStandsForTheProfilesInIt() throws IOException {
    assertThat(search("folder", "[DIR/phones]", "1")).isZero();
    assertThat(targets()).containsExactly("phone-a", "phone-b", "phone-c");
  }

  @Test
  void aBrokenProfileFailsItsTargetAloneAndTheStatusSaysSo() throws IOException {
    int status = search("broken", "[imaginary, DIR/broken/altered]", "1");

    assertThat(status).isEqualTo(1);
    assertThat(targets()).containsExactly("imaginary");
    assertThat(json().path("complete").asBoolean()).isFalse();
    assertThat(json().at("/failedTargets/0/name").asText()).isEqualTo("altered");
    assertThat(json().at("/failedTargets/0/reason").asText()).contains("latency.csv", "altered");
    assertThat(Files.readString(folder.resolve("runs/broken/run.json"))).contains("\"altered\"");
    assertThat(folder.resolve("runs/broken/models/imaginary")).exists();
  }

  @Test
  void aTargetThatMeetsNoBudgetIsAnAnswerAndTheOthersGoOn() throws IOException {
    int status = search("infeasible", "[DIR/small/no-room, imaginary]", "2");

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    assertThat(targets()).containsExactly("imaginary");
    assertThat(json().path("infeasible")).hasSize(2);
    assertThat(json().at("/infeasible/0/target").asText()).isEqualTo("no-room");
    assertThat(json().at("/infeasible/0/binding").asText())
        .isEqualTo("peak-memory ≤ 100 bytes (sram of profile no-room)");
    assertThat(json().at("/infeasible/0/leastPossible").asDouble()).isGreaterThan(100);
  }

  @Test
  void whatNamesNothingOrTwiceTheSameIsStatusTwo() throws IOException {
    assertThat(search("none", "['DIR/phones/tablet-*', imaginry]", "1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("no folder that matches", "tablet-*", "nothing matches; check the pattern")
        .contains("unknown profile 'imaginry' (did you mean 'imaginary'?)");
    assertThat(search("twice", "[DIR/phones/phone-a, 'DIR/phones/*']", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("are both named phone-a: leave one out");
    assertThat(search("all", "[DIR/broken/altered]", "1")).isEqualTo(2);
    assertThat(err.toString()).contains("was altered");
    assertThat(folder.resolve("runs/none")).doesNotExist();
    assertThat(folder.resolve("runs/all")).doesNotExist();
  }
}
