package dev.espalier.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.deploy.DeploymentCard;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.run.BudgetResult;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.InvalidRequestException;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.run.Verdict;
import dev.espalier.spark.EspalierSpark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole searches on Spark local, over a tiny supernet, from the request to published files. */
class SearchIT {
  private static final SortedMap<String, String> VERSIONS = new TreeMap<>();

  @TempDir private static Path folder;

  /** A target whose models take as long as a test says. */
  private record FixedTimer(double micros) implements ModelTimer {
    @Override
    public boolean reaches(ProfileDescription profile) {
      return true;
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      return models.stream().map(m -> Samples.of(micros)).toList();
    }

    @Override
    public String conditions() {
      return "made up";
    }
  }

  @BeforeAll
  static void makeInputs() {
    System.setProperty("spark.master", "local[2]");
    TinySupernet.write(folder.resolve("shipped/supernets/tiny"));
    TinySupernet.writeProfile(folder.resolve("shipped/profiles/imaginary"), "imaginary");
  }

  private static SearchResult search(SearchRequest request, ModelTimer timer, Path output) {
    Home home = new Home(folder.resolve("shipped"), folder.resolve("own"));
    return new SearchJob(home, timer, VERSIONS, Progress.SILENT)
        .run(request, new org.apache.hadoop.fs.Path(output.toUri()));
  }

  private static SearchRequest request(String more) {
    return SearchRequestReader.read(
        "test",
        """
        supernet: tiny
        targets: imaginary
        budgets: 3
        seed: 4
        engine: {kind: evolution, population: 16, generations: 4}
        """
            + more);
  }

  private static SortedMap<String, String> files(Path run) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(run)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        contents.put(run.relativize(path).toString(), Digest.of(Files.readAllBytes(path)));
      }
    }
    return contents;
  }

  private static DeploymentCard card(Path run, String file) {
    return DeploymentCard.read(
        TinySupernet.STORAGE, new org.apache.hadoop.fs.Path(run.resolve(file).getParent().toUri()));
  }

  @Test
  void publishesModelsTablesAndTheirDigests() throws IOException {
    Path output = folder.resolve("runs/whole");

    SearchResult result = search(request(""), new FixedTimer(1), output);

    assertThat(result.complete()).isTrue();
    assertThat(result.budgets()).hasSize(3);
    SortedMap<String, String> files = files(output);
    assertThat(files)
        .containsKeys(
            "run.json",
            "timings.json",
            "candidates.parquet",
            "fronts.parquet",
            "selections.parquet",
            "deployments.parquet",
            "blocks.parquet",
            "report.html");
    JsonNode run = Json.read(Files.readAllBytes(output.resolve("run.json")), JsonNode.class, "run");
    run.path("digests")
        .properties()
        .forEach(
            e ->
                assertThat(
                        e.getKey().endsWith("card.json")
                            ? card(output, e.getKey()).digest()
                            : files.get(e.getKey()))
                    .as(e.getKey())
                    .isEqualTo(e.getValue().asText()));
    // All but run.json, timings.json and report.html.
    assertThat(run.path("digests").size()).isEqualTo(files.size() - 3);

    SparkSession session = EspalierSpark.session("reading");
    try {
      List<Row> deployments =
          session.read().parquet(output.resolve("deployments.parquet").toString()).collectAsList();
      assertThat(deployments).hasSize(3);
      for (Row row : deployments) {
        byte[] model = Files.readAllBytes(output.resolve(row.<String>getAs("file")));
        assertThat(Digest.of(model)).isEqualTo(row.getAs("sha256"));
        try (OnnxModel loaded = OnnxModel.load(model, 1)) {
          assertThat(loaded.logitsLength()).isEqualTo(4);
        }
        assertThat(row.<Double>getAs("logit_difference")).isLessThan(1e-4);
        assertThat(
                session
                    .read()
                    .parquet(output.resolve("fronts.parquet").toString())
                    .filter("target = 'imaginary'")
                    .count())
            .isPositive();
      }
      for (Row row : deployments) {
        List<Row> blocks =
            session
                .read()
                .parquet(output.resolve("blocks.parquet").toString())
                .filter("target = 'imaginary' and budget = '" + row.getAs("budget") + "'")
                .collectAsList();
        assertThat(blocks.stream().mapToDouble(b -> b.<Double>getAs("predicted_latency_us")).sum())
            .isCloseTo(row.<Double>getAs("predicted_latency_us"), within(1e-9));
        assertThat(blocks.stream().mapToLong(b -> b.<Long>getAs("macs")).sum())
            .isEqualTo(row.<Long>getAs("macs"));
      }
      DeploymentCard card = card(output, deployments.get(0).<String>getAs("file"));
      assertThat(card.measuredAccuracy().images()).isEqualTo(300);
      assertThat(card.measuredLatency().medianMicros()).isEqualTo(1);
      assertThat(card.predictedLatency().provenance()).contains("modelled by MACs");
    } finally {
      session.stop();
    }
  }

  @Test
  void everyFormatAskedForIsRunAndListedInTheCard() throws IOException {
    Path output = folder.resolve("runs/formats");

    SearchResult result =
        search(
            request("formats: [onnx-int8, tflite, tflite-int8, onnx-float16]\n"),
            new FixedTimer(1),
            output);

    for (BudgetResult budget : result.budgets()) {
      String model = budget.folder() + "/model.onnx";
      DeploymentCard card = card(output, model);
      assertThat(card.files())
          .extracting(DeploymentCard.ModelFile::name)
          .containsExactly(
              "model.onnx",
              "model.int8.onnx",
              "model.tflite",
              "model.int8.tflite",
              "model.float16.onnx");
      for (DeploymentCard.ModelFile file : card.files()) {
        byte[] content = Files.readAllBytes(output.resolve(model).resolveSibling(file.name()));
        assertThat(Digest.of(content)).isEqualTo(file.digest());
        assertThat(file.bytes()).isEqualTo(content.length);
        assertThat(file.run().images()).isEqualTo(300);
        assertThat(file.run().predictedPeakBytes()).isPositive();
        assertThat(file.run().runner().name())
            .isEqualTo(file.format().startsWith("tflite") ? "tensorflow-lite" : "onnxruntime");
      }
      long floats = card.files().get(0).run().predictedPeakBytes();
      assertThat(card.files().get(1).run().predictedPeakBytes()).isEqualTo(floats / 4);
      assertThat(card.files().get(2).run().predictedPeakBytes()).isEqualTo(floats);
      assertThat(card.files().get(4).run().predictedPeakBytes()).isEqualTo(floats / 2);
    }
  }

  @Test
  void theSameRequestGivesTheSameBytesWhateverThePartitions() throws IOException {
    List<String> digests = new ArrayList<>();
    List<SortedMap<String, String>> contents = new ArrayList<>();
    for (String partitions : List.of("", "partitions: 1\n", "partitions: 3\n", "partitions: 8\n")) {
      Path output = folder.resolve("runs/same-" + digests.size());
      digests.add(search(request(partitions), new FixedTimer(1), output).digest());
      SortedMap<String, String> files = files(output);
      files.remove("timings.json");
      files.remove("report.html");
      contents.add(files);
    }

    assertThat(digests).containsOnly(digests.get(0));
    assertThat(contents).containsOnly(contents.get(0));
  }

  /** Its writer lists them in an order that differs between JVMs. */
  @Test
  void footersOfTablesAreTheSameInEveryJvm() throws IOException {
    Path output = folder.resolve("runs/footers");
    search(request(""), new FixedTimer(1), output);

    int lists = 0;
    for (String name : List.of("candidates", "fronts", "selections", "deployments", "blocks")) {
      byte[] file = Files.readAllBytes(output.resolve(name + ".parquet"));
      ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      int footer = bytes.getInt(file.length - 8);
      FileMetaData metadata =
          Util.readFileMetaData(new ByteArrayInputStream(file, file.length - 8 - footer, footer));
      for (RowGroup group : metadata.getRow_groups()) {
        for (ColumnChunk chunk : group.getColumns()) {
          assertThat(chunk.getMeta_data().getEncodings())
              .as("%s, %s", name, chunk.getMeta_data().getPath_in_schema())
              .extracting(Encoding::getValue)
              .isSorted();
          lists += chunk.getMeta_data().getEncodings().size() > 1 ? 1 : 0;
        }
      }
    }
    assertThat(lists).isPositive();
  }

  @Test
  void aModelThatIsTooSlowIsRefusedAndTheRunSaysSo() throws IOException {
    Path output = folder.resolve("runs/slow");

    SearchResult result =
        search(request("candidates-per-budget: 2\n"), new FixedTimer(1e9), output);

    assertThat(result.complete()).isFalse();
    assertThat(result.budgets())
        .allSatisfy(
            b -> {
              assertThat(b.attempts()).allMatch(a -> a.verdict() instanceof Verdict.TooSlow);
              assertThat(b.reasons().get(0)).contains("another run may measure otherwise");
            });
    assertThat(files(output)).doesNotContainKey("models");
    assertThat(Files.readString(output.resolve("timings.json"), UTF_8))
        .contains("\"measuredMicros\": 1.0E9");
  }

  @Test
  void exactAndRandomSearchToo() {
    for (String engine : List.of("exact", "{kind: random, evaluations: 50}")) {
      SearchRequest request =
          SearchRequestReader.read(
              "test", "supernet: tiny\ntargets: imaginary\nbudgets: 2\nengine: " + engine + "\n");

      SearchResult result =
          search(request, new FixedTimer(1), folder.resolve("runs/" + engine.hashCode()));

      assertThat(result.complete()).as(engine).isTrue();
    }
  }

  @Test
  void aBudgetBelowTheLeastPossibleSaysHowLowItCanGo() {
    SearchRequest request =
        SearchRequestReader.read(
            "test", "supernet: tiny\ntargets: imaginary\nbudgets: [{latency: 1us}]\n");

    assertThatThrownBy(() -> search(request, new FixedTimer(1), folder.resolve("runs/low")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("target imaginary, budget latency-1us")
        .hasMessageContaining("the least possible is");
    assertThat(folder.resolve("runs/low")).doesNotExist();
  }
}
