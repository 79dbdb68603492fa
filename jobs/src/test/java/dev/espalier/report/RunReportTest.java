package dev.espalier.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  private static final String SPACE = "ofa-mobilenetv3-w1.2@160,192,224";
  private static final String HOSTILE = "</script><b>phone</b>";
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  @TempDir private Path folder;

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static JsonNode data(byte[] page) {
    return Json.read(
        Jsoup.parse(new String(page, UTF_8)).getElementById("data").data().getBytes(UTF_8),
        JsonNode.class,
        "the data of the page");
  }

  private JsonNode report(String run) throws IOException {
    org.apache.hadoop.fs.Path file =
        RunReport.of(MadeUpRun.STORAGE, hadoop(folder.resolve(run))).write();
    assertThat(file).isEqualTo(hadoop(folder.resolve(run).resolve("report.html")));
    return data(Files.readAllBytes(folder.resolve(run).resolve("report.html")));
  }

  private static MadeUpRun madeUp() {
    return new MadeUpRun(SPACE);
  }

  /** As the page does it. */
  private static Architecture unpacked(SearchSpace space, String code) {
    BigInteger number = BigInteger.ZERO;
    for (char c : code.toCharArray()) {
      number = number.multiply(BigInteger.valueOf(64)).add(BigInteger.valueOf(DIGITS.indexOf(c)));
    }
    byte[] options = new byte[space.length()];
    for (int d = options.length - 1; d >= 0; d--) {
      BigInteger[] parts =
          number.divideAndRemainder(BigInteger.valueOf(space.decisions().get(d).options().size()));
      options[d] = parts[1].byteValue();
      number = parts[0];
    }
    return Architecture.ofCanonical(options);
  }

  private static JsonNode targetNamed(JsonNode data, String name) {
    for (JsonNode target : data.path("targets")) {
      if (target.path("name").asText().equals(name)) {
        return target;
      }
    }
    throw new AssertionError("no target " + name);
  }

  @Test
  void showsEveryAnswerWithItsNumbersAndWhereTheyComeFrom() throws IOException {
    MadeUpRun made =
        madeUp()
            .targets(List.of("phone", HOSTILE))
            .source(MadeUpRun.Source.SUPERNET)
            .withInfeasible();
    made.write(folder.resolve("run"));

    JsonNode data = report("run");

    FinishedRun run = new RunFolder(MadeUpRun.STORAGE, hadoop(folder.resolve("run"))).read();
    assertThat(run.targets().keySet()).containsExactly("phone", HOSTILE);
    for (Map.Entry<String, List<Answer>> target : run.targets().entrySet()) {
      JsonNode shown = targetNamed(data, target.getKey());
      JsonNode columns = shown.path("answers");
      assertThat(shown.path("origins").toString()).isEqualTo("[\"measured\",\"modelled\"]");
      for (int i = 0; i < target.getValue().size(); i++) {
        Answer answer = target.getValue().get(i);
        assertThat(columns.path("budget").get(i).asText()).isEqualTo(answer.budget());
        assertThat(data.path("words").get(columns.path("kind").get(i).asInt()).asText())
            .isEqualTo(answer.kind().name().toLowerCase(java.util.Locale.ROOT));
        if (answer.chosen().isPresent()) {
          Answer.Candidate chosen = answer.chosen().get();
          assertThat(columns.path("micros").get(i).asDouble())
              .isCloseTo(
                  chosen.latencyMicros(), org.assertj.core.data.Percentage.withPercentage(0.01));
          assertThat(columns.path("accuracy").get(i).asInt())
              .isEqualTo(Math.round(1e5 * chosen.accuracy()));
          assertThat(columns.path("measuredAccuracy").get(i).asInt())
              .isEqualTo(Math.round(1e5 * (chosen.accuracy() - 0.004)));
          assertThat(unpacked(made.space(), columns.path("code").get(i).asText()).toHex())
              .isEqualTo(chosen.code());
          assertThat(columns.path("files").get(i)).hasSize(2);
        } else {
          assertThat(columns.path("least").get(i).asDouble()).isPositive();
        }
      }
    }
    assertThat(data.path("failed").path("broken").asText()).isEqualTo("latency.csv is altered");
    assertThat(data.path("files").get(0).path("digest").asText()).hasSize(64);
    assertThat(data.path("run").path("points").asInt()).isZero();
  }

  /** The page finds the cost of a slot by the options that an answer has there. */
  @Test
  void costsOfBlocksAddUpToThePredictedLatency() throws IOException {
    MadeUpRun made = madeUp().budgets(6);
    made.write(folder.resolve("run"));

    JsonNode data = report("run");

    JsonNode target = data.path("targets").get(0);
    LoweredSpace keys = new LoweredSpace(made.space());
    Map<List<Long>, Double> costs = new HashMap<>();
    int next = 1;
    for (JsonNode code : target.path("answers").path("code")) {
      Architecture architecture = unpacked(made.space(), code.asText());
      for (int slot = 0; slot < made.space().slots().size(); slot++) {
        List<Long> key = List.of((long) slot, keys.key(slot, architecture));
        if (!costs.containsKey(key)) {
          costs.put(key, target.path("blocks").get(next++).asDouble());
        }
      }
    }
    assertThat(target.path("blocks")).hasSize(next);
    for (int i = 0; i < 6; i++) {
      Architecture architecture =
          unpacked(made.space(), target.path("answers").path("code").get(i).asText());
      double sum =
          IntStream.range(0, made.space().slots().size())
              .mapToDouble(slot -> costs.get(List.of((long) slot, keys.key(slot, architecture))))
              .sum();
      assertThat(sum)
          .isCloseTo(
              target.path("answers").path("micros").get(i).asDouble(),
              org.assertj.core.data.Percentage.withPercentage(0.1));
    }
  }

  @Test
  void everyArchitectureShownCanBeDrawn() throws IOException {
    MadeUpRun made = madeUp().points(50);
    made.write(folder.resolve("run"));

    JsonNode data = report("run");

    JsonNode space = data.path("space");
    LoweredSpace keys = new LoweredSpace(made.space());
    String codes = data.path("targets").get(0).path("front").path("codes").asText();
    int width = data.path("codeWidth").asInt();
    assertThat(codes).hasSize(50 * width);
    for (int i = 0; i < 50; i++) {
      Architecture architecture =
          unpacked(made.space(), codes.substring(i * width, (i + 1) * width));
      for (int slot = 0; slot < made.space().slots().size(); slot++) {
        JsonNode lowered = space.path("slots").get(slot).path("lowered");
        long key = keys.key(slot, architecture);
        List<String> found = new ArrayList<>();
        for (int e = 0; e < lowered.size(); e += 2) {
          if (lowered.get(e).asLong() == key) {
            for (JsonNode operator : space.path("lists").get(lowered.get(e + 1).asInt())) {
              found.add(space.path("operators").get(operator.asInt()).get(10).asText());
            }
          }
        }
        assertThat(found)
            .isEqualTo(
                made.space().operators(slot, architecture.toBytes()).stream()
                    .map(o -> Long.toString(o.macs()))
                    .toList());
      }
    }
  }

  @Test
  void latenciesOfWholeNetworksHaveNoCostsOfBlocks() throws IOException {
    madeUp().blocks(MadeUpRun.Blocks.WHOLE_NETWORKS).write(folder.resolve("run"));

    JsonNode data = report("run");

    assertThat(data.path("targets").get(0).has("blocks")).isFalse();
    assertThat(data.path("run").path("blocks").asText()).isEqualTo("none");
  }

  @Test
  void theSameRunGivesTheSamePage() throws IOException {
    madeUp().write(folder.resolve("run"));
    report("run");
    byte[] first = Files.readAllBytes(folder.resolve("run/report.html"));

    report("run");

    assertThat(Files.readAllBytes(folder.resolve("run/report.html"))).isEqualTo(first);
    assertThat(folder.resolve("run")).isDirectoryNotContaining("glob:**/.report*");
  }

  @Test
  void aRunOfAnUnknownSpaceIsShownByItsCodes() throws IOException {
    madeUp().write(folder.resolve("run"));
    Path record = folder.resolve("run/run.json");
    Files.writeString(
        record, Files.readString(record).replace("ofa-mobilenetv3\"", "of-a-plug-in\""));

    JsonNode data = report("run");

    assertThat(data.has("space")).isFalse();
    assertThat(data.path("targets").get(0).path("answers").path("code").get(0).asText())
        .matches("[0-9a-f]{92}");
  }

  @Test
  void isComparedWithTheRunBeforeItInItsFolder() throws IOException {
    madeUp().began("2026-02-01T03:00:00Z").write(folder.resolve("first"));
    madeUp().began("2026-02-02T03:00:00Z").write(folder.resolve("second"));
    madeUp()
        .began("2026-02-03T03:00:00Z")
        .profileDigest("b")
        .seed(2)
        .write(folder.resolve("third"));
    madeUp().began("2026-02-04T03:00:00Z").targets(List.of("other")).write(folder.resolve("other"));

    assertThat(report("first").has("changes")).isFalse();
    assertThat(report("other").has("changes")).isFalse();
    JsonNode second = report("second").path("changes");
    assertThat(second.path("name").asText()).isEqualTo("first");
    assertThat(second.path("same").asInt()).isEqualTo(3);
    assertThat(second.path("answers")).isEmpty();
    assertThat(second.path("inputs")).isEmpty();
    JsonNode third = report("third").path("changes");
    assertThat(third.path("name").asText()).isEqualTo("second");
    assertThat(third.path("named").asBoolean()).isFalse();
    assertThat(third.path("same").asInt()).isZero();
    assertThat(third.path("inputs").findValuesAsText("what"))
        .containsExactly("seed", "profile of target phone");
    // Other budgets by name, as many: matched by their places.
    assertThat(third.path("counts").toString()).isEqualTo("{\"replaced\":3}");
  }

  @Test
  void aDamagedRunBesideItIsPassedOver() throws IOException {
    madeUp().began("2026-02-01T03:00:00Z").write(folder.resolve("first"));
    madeUp().began("2026-02-02T03:00:00Z").write(folder.resolve("second"));
    madeUp().began("2026-02-03T03:00:00Z").write(folder.resolve("third"));
    Files.delete(folder.resolve("second/candidates.parquet"));
    madeUp().write(folder.resolve("fourth"));
    Files.writeString(folder.resolve("fourth/timings.json"), "{");

    assertThat(report("third").path("changes").path("name").asText()).isEqualTo("first");
  }

  @Test
  void isComparedWithTheRunThatIsNamed() throws IOException {
    madeUp().targets(List.of("phone", "watch")).write(folder.resolve("old/run"));
    madeUp().targets(List.of("phone", "car")).withRefused().write(folder.resolve("new/run"));

    RunReport report =
        RunReport.of(MadeUpRun.STORAGE, hadoop(folder.resolve("new/run")))
            .against(hadoop(folder.resolve("old/run")));

    JsonNode data = data(report.html());
    JsonNode changes = data.path("changes");
    assertThat(changes.path("named").asBoolean()).isTrue();
    assertThat(changes.path("counts").toString()).isEqualTo("{\"gone\":3,\"lost\":1,\"new\":3}");
    assertThat(targetNamed(data, "phone").path("changed").asInt()).isEqualTo(1);
    assertThat(
            changes.path("answers").findValuesAsText("kind").stream()
                .filter(k -> k.length() > 2)
                .toList())
        .startsWith("lost", "gone", "gone", "gone", "new");
  }

  @Test
  void aFolderWithoutARunSaysWhichRunsThereAre() {
    madeUp().write(folder.resolve("tuesday"));
    madeUp().write(folder.resolve("wednesday"));

    assertThatThrownBy(() -> RunReport.of(MadeUpRun.STORAGE, hadoop(folder.resolve("thursday"))))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("thursday holds no run: there is no run.json in it")
        .hasMessageEndingWith("as one of these beside it: tuesday, wednesday");
  }

  @Test
  void aDamagedTableIsNamed() throws IOException {
    madeUp().write(folder.resolve("run"));
    Files.write(folder.resolve("run/selections.parquet"), new byte[100]);
    Files.delete(folder.resolve("run/.selections.parquet.crc"));

    assertThatThrownBy(() -> report("run"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("selections.parquet is not a whole Parquet table");
    assertThat(folder.resolve("run/report.html")).doesNotExist();
  }

  @Test
  void aMissingCardIsNamed() throws IOException {
    madeUp().source(MadeUpRun.Source.SUPERNET).budgets(1).write(folder.resolve("run"));
    String budget =
        new RunFolder(MadeUpRun.STORAGE, hadoop(folder.resolve("run")))
            .read()
            .targets()
            .get("phone")
            .get(0)
            .budget();
    Files.delete(
        folder.resolve("run").resolve(RunFolder.models("phone", budget)).resolve("card.json"));

    assertThatThrownBy(() -> report("run"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("card.json does not exist");
  }

  @Test
  void aPageElsewhereIsReplaced() throws IOException {
    madeUp().write(folder.resolve("run"));
    Path page = Files.writeString(folder.resolve("page.html"), "old");

    RunReport.of(MadeUpRun.STORAGE, hadoop(folder.resolve("run"))).write(hadoop(page));

    assertThat(Optional.of(Files.readString(page)))
        .hasValueSatisfying(p -> assertThat(p).startsWith("<!DOCTYPE html>"));
    assertThat(folder.resolve("run/report.html")).doesNotExist();
  }
}
