package dev.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.nightly.Fleet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Nights and queries as a person or a timer starts them. */
class NightlyCommandIT {
  @TempDir private Path folder;

  private Fleet fleet;
  private Path store;
  private StringWriter out;
  private StringWriter err;

  @BeforeEach
  void makeFleet() {
    fleet = new Fleet(folder);
    store = folder.resolve("store");
    fleet.add("alpha");
    fleet.add("beta");
    fleet.trainPredictor(1);
    System.setProperty("espalier.home", folder.resolve("shipped").toString());
    System.setProperty("espalier.own", folder.resolve("own").toString());
    System.setProperty("spark.master", "local[2]");
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
    System.clearProperty("spark.master");
  }

  private int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private JsonNode json() {
    return Json.read(out.toString().getBytes(UTF_8), JsonNode.class, "output");
  }

  private String config(String latency) throws IOException {
    return Files.writeString(
            folder.resolve("nightly.yaml"),
            """
            request:
              predictor: %s
              targets: [%s]
              budgets: [{latency: %s}]
              engine: exact
            store: %s
            """
                .formatted(fleet.predictor(), fleet.devices(), latency, store))
        .toString();
  }

  @Test
  void nightsEndWithTheStatusOfWhatChanged() throws IOException {
    String config = config(fleet.micros("alpha", 0.5) + "us");

    assertThat(run("nightly", config, "--dry-run")).isEqualTo(10);
    assertThat(out.toString())
        .contains("alpha   would be searched: the first night")
        .contains("the first night; 2 targets would be searched, 0 carried over");
    assertThat(store).doesNotExist();

    assertThat(run("nightly", config)).as("%s", err).isEqualTo(11);
    assertThat(out.toString()).contains("new", "the first model", "models changed; 2 targets");

    assertThat(run("nightly", config)).isZero();
    assertThat(out.toString()).contains("nothing changed; 0 targets searched, 2 carried over");

    fleet.measure("beta", operator -> true, 1.3);
    SortedMap<String, String> before = Fleet.files(store);
    assertThat(run("nightly", config, "--dry-run", "--json")).isEqualTo(10);
    assertThat(json().at("/search/beta/0").asText()).isEqualTo("its profile changed");
    assertThat(json().path("search")).hasSize(1);
    assertThat(Fleet.files(store)).isEqualTo(before);

    assertThat(run("nightly", config, "--json")).isEqualTo(11);
    assertThat(json().at("/log/outcome").asText()).isEqualTo("MODELS_CHANGED");
    assertThat(json().at("/drift/targets/0/budgets/0/decision").asText()).isEqualTo("REPLACED");
    assertThat(json().at("/drift/targets/0/budgets/0/shift/causes/0/contributionMicros").asDouble())
        .isPositive();
    String newest = json().at("/log/night").asText();

    assertThat(run("nightly", "status", config)).isZero();
    assertThat(out.toString())
        .contains("latest", "nothing changed", "log only", "2 new", "1 replaced")
        .containsPattern("alpha +latency-\\d+us +\\d{8}-\\d{6} .*carried over");

    assertThat(run("nightly", "rollback", config)).as("%s", err).isZero();
    assertThat(out.toString()).contains("and was " + newest, "1 models differ:\n  beta, latency-");
    assertThat(run("nightly", "rollback", config)).isEqualTo(2);
    assertThat(err.toString())
        .contains("there is no whole night before the latest", "possible are " + newest);
    assertThat(run("nightly", "status", config)).isZero();
    assertThat(out.toString()).contains("by a rollback at ", "; the newest is " + newest);

    queries(newest);
  }

  /** Of the store that the nights left, of its runs alone, and of none. */
  private void queries(String newest) throws IOException {
    String nights = store.toString();
    assertThat(
            run(
                "sql",
                "--store",
                nights,
                "SELECT night, target, decision, predicted_latency_us FROM espalier.deployments ORDER BY night, target"))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("night", "predicted_latency_us")
        .containsPattern(newest + " +alpha +carried over")
        .containsPattern(newest + " +beta +replaced")
        .endsWith("4 rows\n");

    assertThat(
            run(
                "sql",
                "--config",
                folder.resolve("nightly.yaml").toString(),
                "--json",
                "--most",
                "1",
                "SELECT target, count(*) AS points FROM espalier.fronts WHERE night = '"
                    + newest
                    + "' GROUP BY target"))
        .isZero();
    assertThat(json().at("/columns/1").asText()).isEqualTo("points");
    assertThat(json().at("/rows/0/0").asText()).isEqualTo("beta");
    assertThat(json().at("/rows/0/1").asLong()).isPositive();
    assertThat(json().path("complete").asBoolean()).isTrue();

    Path runs = folder.resolve("runs");
    FileUtils.copyDirectory(
        store.resolve("nights/" + newest + "/run").toFile(), runs.resolve("first").toFile());
    assertThat(
            run(
                "sql",
                "--store",
                runs.toString(),
                "SELECT r.run, r.night, engine, target, answer FROM espalier.runs r JOIN espalier.selections s ON r.run = s.run"))
        .as("%s", err)
        .isZero();
    assertThat(out.toString()).containsPattern("first +exact +beta +predicted\n1 rows");

    Path empty = Files.createDirectory(folder.resolve("empty"));
    for (String table : new String[] {"runs", "fronts", "selections", "deployments"}) {
      assertThat(run("sql", "--store", empty.toString(), "SELECT * FROM espalier." + table))
          .isZero();
      assertThat(out.toString()).startsWith("night  run").endsWith("0 rows\n");
    }

    assertThat(run("sql", "--store", folder.resolve("nowhere").toString(), "SELECT 1"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("nowhere does not exist: name a store of nights, a folder that holds runs");
    for (String[] wrong :
        new String[][] {
          {"SELECT nigth FROM espalier.runs", "`nigth`"},
          {"SELECT * FROM espalier.run", "espalier"},
          {"SELEC 1", "SELEC"},
          {"DROP TABLE espalier.runs", "read alone"},
        }) {
      assertThat(run("sql", "--store", nights, wrong[0])).as(wrong[0]).isEqualTo(2);
      assertThat(err.toString().lines()).as("one message: %s", err).hasSize(1);
      assertThat(err.toString()).startsWith("espalier: QUERY: ").contains(wrong[1]);
      assertThat(err.toString()).doesNotContain("SQLSTATE", "Exception", "at org.");
    }
  }

  @Test
  void aSecondNightLeavesWithAStatusOfItsOwnAndSaysWhoWorks() throws IOException {
    String config = config("1ms");
    Path holder = store.resolve("lock/holder.json");
    Files.createDirectories(holder.getParent());
    Files.writeString(
        holder,
        """
        {"token": "t", "host": "%s", "process": %d, "started": "", "user": "ops",
         "since": "2026-03-31T02:00:00Z", "renewed": "2026-03-31T02:00:00Z", "leaseSeconds": 900}
        """
            .formatted(InetAddress.getLocalHost().getHostName(), ProcessHandle.current().pid()));
    SortedMap<String, String> before = Fleet.files(store);

    assertThat(run("nightly", config)).isEqualTo(3);
    assertThat(err.toString())
        .contains("another night holds the lock")
        .contains("process %d of ops on ".formatted(ProcessHandle.current().pid()))
        .contains("since 2026-03-31T02:00:00Z");
    assertThat(Fleet.files(store)).isEqualTo(before);
    assertThat(run("nightly", config, "--dry-run")).isEqualTo(10);
    assertThat(out.toString()).contains("the lock is held by process ");
  }

  @Test
  void badInputIsStatusTwoAndNothingIsWritten() throws IOException {
    assertThat(run("nightly")).isEqualTo(2);
    assertThat(err.toString()).contains("CONFIG is missing");
    assertThat(run("nightly", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.yaml does not exist");

    String config = config("1us");
    assertThat(run("nightly", config)).isEqualTo(2);
    assertThat(err.toString())
        .contains("target alpha, budget latency-1us: no architecture has latency ≤ 1 µs")
        .contains("the least possible is");
    assertThat(store).doesNotExist();

    assertThat(run("nightly", "status", config)).isEqualTo(2);
    assertThat(err.toString()).contains("does not exist: no night has run yet");
    assertThat(run("nightly", "rollback", config)).isEqualTo(2);
    assertThat(err.toString()).contains("has no night yet");
    assertThat(store).doesNotExist();

    Files.createDirectories(store.resolve("photographs"));
    assertThat(run("nightly", config)).isEqualTo(2);
    assertThat(err.toString()).contains("is not empty (photographs) and holds no nights");

    assertThat(run("nightly", config, "--dry-rnu")).isEqualTo(2);
    assertThat(err.toString()).contains("--dry-run");
  }
}
