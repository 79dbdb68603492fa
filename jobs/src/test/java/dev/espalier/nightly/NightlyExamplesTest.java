package dev.espalier.nightly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples under {@code jobs/nightly}, as far as they can be tried without what runs them. */
class NightlyExamplesTest {
  private static final Path EXAMPLES = Path.of("nightly");

  @TempDir private Path folder;

  private record Ended(int status, String output) {}

  private static boolean has(String program) {
    for (String place : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(place, program))) {
        return true;
      }
    }
    return false;
  }

  private Ended run(List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(folder.resolve("output")));
  }

  private static NightlyConfig config(Path file) {
    return NightlyConfigReader.read(
        new Storage(new Configuration()), new org.apache.hadoop.fs.Path(file.toUri()));
  }

  @Test
  void theConfigurationIsRead() {
    NightlyConfig config = config(EXAMPLES.resolve("nightly.yaml").toAbsolutePath());

    assertThat(config.keepNights()).isEqualTo(30);
    assertThat(config.request().engine().kind()).isEqualTo("evolution");
  }

  @Test
  void theCommandEndsWithZeroUnlessAPersonShouldLook() throws Exception {
    for (NightOutcome outcome : NightOutcome.values()) {
      Path espalier = folder.resolve("espalier");
      Files.writeString(
          espalier, "#!/bin/sh\necho \"$@\"\nexit %d\n".formatted(outcome.exitStatus()));
      assertThat(espalier.toFile().setExecutable(true)).isTrue();
      Ended ended =
          run(
              List.of(
                  "env",
                  "ESPALIER=" + espalier,
                  EXAMPLES.resolve("espalier-night").toString(),
                  "night ly.yaml",
                  "--json"));
      assertThat(ended.output()).isEqualTo("nightly night ly.yaml --json\n");
      boolean calm =
          Set.of(NightOutcome.NOTHING_CHANGED, NightOutcome.ALL_KEPT, NightOutcome.MODELS_CHANGED)
              .contains(outcome);
      assertThat(ended.status()).as("%s", outcome).isEqualTo(calm ? 0 : outcome.exitStatus());
    }
  }

  @Test
  void systemdTakesServiceAndTimer() throws Exception {
    String service = Files.readString(EXAMPLES.resolve("espalier-nightly.service"));
    assertThat(service)
        .contains(
            "SuccessExitStatus=%d %d\n"
                .formatted(
                    NightOutcome.ALL_KEPT.exitStatus(), NightOutcome.MODELS_CHANGED.exitStatus()));
    assumeTrue(has("systemd-analyze"), "systemd-analyze is absent");
    // It wants the command to be there.
    Files.writeString(
        folder.resolve("espalier-nightly.service"),
        service.replace("/opt/espalier/espalier ", "/bin/true "));
    Files.copy(
        EXAMPLES.resolve("espalier-nightly.timer"), folder.resolve("espalier-nightly.timer"));
    Ended ended =
        run(
            List.of(
                "systemd-analyze",
                "verify",
                folder.resolve("espalier-nightly.timer").toString(),
                folder.resolve("espalier-nightly.service").toString()));
    assertThat(ended.output().lines().filter(l -> l.contains("espalier-nightly"))).isEmpty();
    String calendar =
        Files.readAllLines(EXAMPLES.resolve("espalier-nightly.timer")).stream()
            .filter(l -> l.startsWith("OnCalendar="))
            .map(l -> l.substring("OnCalendar=".length()))
            .findFirst()
            .orElseThrow();
    assertThat(run(List.of("systemd-analyze", "calendar", calendar)).status()).isZero();
  }

  @Test
  void theCrontabHasFiveFieldsOfTimeAndACommandOfTheShell() throws Exception {
    List<String> lines =
        Files.readAllLines(EXAMPLES.resolve("crontab")).stream()
            .filter(l -> !l.startsWith("#") && !l.matches("[A-Z]+=.*"))
            .toList();
    assertThat(lines).hasSize(1);
    String[] parts = lines.get(0).split(" ", 6);
    for (int i = 0; i < 5; i++) {
      assertThat(parts[i]).matches("\\*|\\d{1,2}");
    }
    assertThat(parts[5]).as("cron makes a line feed of it").doesNotContain("%");
    Path command = Files.writeString(folder.resolve("command"), parts[5] + "\n");
    assertThat(run(List.of("sh", "-n", command.toString())).status()).isZero();
  }

  @Test
  void theDagIsPythonWithADagAndTwoTasks() throws Exception {
    assumeTrue(has("python3"), "python3 is absent");
    Path check =
        Files.writeString(
            folder.resolve("check.py"),
            """
            import ast, sys
            tree = ast.parse(open(sys.argv[1]).read(), sys.argv[1])
            compile(tree, sys.argv[1], "exec")
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    for keyword in call.keywords:
                        if keyword.arg in ("dag_id", "task_id", "bash_command", "schedule"):
                            print(call.func.id, keyword.arg, ast.literal_eval(keyword.value))
            """);
    Ended ended =
        run(
            List.of(
                "python3",
                "-I",
                check.toString(),
                EXAMPLES.resolve("espalier_nightly_dag.py").toString()));
    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("DAG dag_id espalier_nightly\n", "DAG schedule 0 2 * * *\n")
        .contains("BashOperator task_id night\n", "BashOperator task_id status\n")
        .contains("espalier-night /etc/espalier/nightly.yaml \n");
  }

  private static Set<String> keys(JsonNode node) {
    Set<String> keys = new TreeSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  @Test
  void theCronJobIsOneOfBatchV1() throws IOException {
    String[] documents = Files.readString(EXAMPLES.resolve("cronjob.yaml")).split("(?m)^---$");
    assertThat(documents).hasSize(2);
    JsonNode map = Json.readYaml(documents[0].getBytes(UTF_8), JsonNode.class, "ConfigMap");
    JsonNode job = Json.readYaml(documents[1].getBytes(UTF_8), JsonNode.class, "CronJob");
    assertThat(map.path("kind").asText()).isEqualTo("ConfigMap");
    Path configuration =
        Files.writeString(folder.resolve("nightly.yaml"), map.at("/data/nightly.yaml").asText());
    assertThat(config(configuration).store()).startsWith("hdfs://");

    assertThat(job.path("apiVersion").asText()).isEqualTo("batch/v1");
    assertThat(job.path("kind").asText()).isEqualTo("CronJob");
    assertThat(job.at("/metadata/name").asText()).matches("[a-z0-9-]{1,52}");
    // CronJobSpec, JobSpec, PodSpec and Container of the API reference.
    assertThat(keys(job.path("spec")))
        .contains("schedule", "jobTemplate")
        .isSubsetOf(
            "concurrencyPolicy",
            "failedJobsHistoryLimit",
            "jobTemplate",
            "schedule",
            "startingDeadlineSeconds",
            "successfulJobsHistoryLimit",
            "suspend",
            "timeZone");
    assertThat(job.at("/spec/schedule").asText().split(" ")).hasSize(5);
    assertThat(job.at("/spec/concurrencyPolicy").asText()).isEqualTo("Forbid");
    JsonNode spec = job.at("/spec/jobTemplate/spec");
    assertThat(keys(spec))
        .isSubsetOf(
            "activeDeadlineSeconds",
            "backoffLimit",
            "completions",
            "parallelism",
            "podFailurePolicy",
            "template",
            "ttlSecondsAfterFinished");
    JsonNode pod = spec.at("/template/spec");
    assertThat(keys(pod))
        .isSubsetOf("containers", "restartPolicy", "serviceAccountName", "volumes");
    assertThat(pod.path("restartPolicy").asText()).isIn("Never", "OnFailure");
    assertThat(pod.path("containers")).hasSize(1);
    JsonNode container = pod.path("containers").get(0);
    assertThat(keys(container))
        .contains("name", "image")
        .isSubsetOf(
            "args", "command", "env", "image", "name", "resources", "volumeMounts", "workingDir");
    assertThat(container.at("/command/0").asText()).endsWith("/jobs/nightly/espalier-night");
    String volume = container.at("/volumeMounts/0/name").asText();
    assertThat(pod.at("/volumes/0/name").asText()).isEqualTo(volume);
    assertThat(pod.at("/volumes/0/configMap/name").asText())
        .isEqualTo(map.at("/metadata/name").asText());
    assertThat(container.at("/args/0").asText())
        .isEqualTo(
            container.at("/volumeMounts/0/mountPath").asText()
                + "/"
                + keys(map.path("data")).iterator().next());
  }
}
