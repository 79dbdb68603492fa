package dev.espalier.nightly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.job.Home;
import dev.espalier.job.OwnProcess;
import dev.espalier.job.TinySupernet;
import dev.espalier.measurement.Samples;
import dev.espalier.nightly.DriftReport.BudgetDrift;
import dev.espalier.nightly.DriftReport.Cause;
import dev.espalier.nightly.DriftReport.Fate;
import dev.espalier.nightly.DriftReport.TargetDrift;
import dev.espalier.nightly.NightState.BudgetState;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.InvalidRequestException;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.spark.EspalierSpark;
import dev.espalier.sql.EspalierCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A month of a small fleet, night by night, with all that happens to a fleet in a month. */
class ThirtyNightsIT {
  private static final Logger LOG = LoggerFactory.getLogger(ThirtyNightsIT.class);

  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");
  private static final Duration QUIET = Duration.ofSeconds(10);

  /** How a process ends that is killed. */
  private static final int KILLED = 137;

  private static final ModelTimer NO_TIMER =
      new ModelTimer() {
        @Override
        public boolean reaches(ProfileDescription profile) {
          return false;
        }

        @Override
        public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
          throw new AssertionError("nothing is within reach");
        }

        @Override
        public String conditions() {
          return "none";
        }
      };

  @TempDir private static Path folder;

  private static SparkSession session;

  private final Fleet fleet = new Fleet(folder);
  private final Path store = folder.resolve("store");

  /** What a night may be asked for. */
  private String source = "predictor: " + fleet.predictor();

  private String engine = "exact";
  private long seed = 1;
  private List<Long> budgets = List.of();
  private int keep = 40;
  private int nights;
  private List<String> said = List.of();

  @BeforeAll
  static void startSpark() {
    System.setProperty("spark.master", "local[2]");
    session = EspalierSpark.session("thirty nights");
  }

  @AfterAll
  static void stopSpark() {
    session.stop();
    System.clearProperty("spark.master");
  }

  private static NightlyJob job(Clock clock, Progress progress) {
    return new NightlyJob(
        new Home(folder.resolve("shipped"), folder.resolve("own")),
        NO_TIMER,
        new TreeMap<>(Map.of("espalier", "test")),
        progress,
        clock);
  }

  private static NightlyConfig config(Path file) {
    return NightlyConfigReader.read(
        TinySupernet.STORAGE, new org.apache.hadoop.fs.Path(file.toUri()));
  }

  private Path write() throws IOException {
    return Files.writeString(
        folder.resolve("nightly.yaml"),
        """
        request:
          %s
          targets: [%s]
          budgets: [%s]
          engine: %s
          seed: %d
          candidates-per-budget: 2
        store: %s
        keep: %d
        replace: {accuracy-noise: %s}
        """
            .formatted(
                source,
                fleet.devices(),
                budgets.stream()
                    .map("{latency: %dus}"::formatted)
                    .collect(Collectors.joining(", ")),
                engine,
                seed,
                store.toUri(),
                keep,
                source.startsWith("predictor") ? "0.5%" : "stated"));
  }

  private static Clock clock(int night) {
    return Clock.fixed(FIRST.plus(Duration.ofDays(night)), ZoneOffset.UTC);
  }

  /** Runs the next night, and checks what every night has to respect. */
  private NightlyJob.Night night() throws IOException {
    SortedMap<String, String> before = Fleet.files(store);
    List<String> notes = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public Stage begin(String what, long units) {
            return done -> {};
          }

          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    NightlyConfig config = config(write());
    NightlyJob job = job(clock(nights++), progress);
    NightlyJob.Preview preview = job.preview(config);
    assertThat(Fleet.files(store)).as("a preview writes nothing").isEqualTo(before);
    long began = System.nanoTime();
    NightlyJob.Night night = job.run(config);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    LOG.info(
        "night {}: {} in {}\n{}",
        nights,
        night.log().outcome(),
        took,
        DriftText.terminal(night.drift()));
    said = notes;

    SortedMap<String, String> after = Fleet.files(store);
    String name = night.log().night();
    Set<String> written = new TreeSet<>(after.keySet());
    written.removeIf(file -> after.get(file).equals(before.get(file)));
    assertThat(written).as("night %d writes its log", nights).contains("log/" + name + ".json");
    assertThat(written)
        .as("night %d changes nothing of other nights", nights)
        .allMatch(
            file ->
                file.startsWith("nights/" + name + "/")
                    || file.startsWith("profiles/")
                    || file.equals("latest.json")
                    || file.equals("log/" + name + ".json"));
    if (night.log().published()) {
      assertThat(written).contains("latest.json", "nights/" + name + "/night.json");
      assertThat(night.log().searched()).containsExactlyElementsOf(preview.search().keySet());
      assertThat(latest().night()).isEqualTo(name);
    } else if (night.log().outcome() != NightOutcome.ALL_KEPT) {
      assertThat(written).as("nothing but its log").containsExactly("log/" + name + ".json");
      assertThat(after.keySet()).containsAll(before.keySet());
      assertThat(took).isLessThan(QUIET);
    }
    assertThat(after.keySet()).as("no lock, no work is left").noneMatch(f -> f.startsWith("lock"));
    assertThat(after.keySet()).noneMatch(f -> f.startsWith("work/"));
    return night;
  }

  private void nothing() throws IOException {
    NightlyJob.Night night = night();
    assertThat(night.log().outcome()).isEqualTo(NightOutcome.NOTHING_CHANGED);
    assertThat(night.log().published()).isFalse();
  }

  private NightlyStore nightlyStore() {
    return new NightlyStore(TinySupernet.STORAGE, new org.apache.hadoop.fs.Path(store.toUri()));
  }

  private Latest latest() {
    return nightlyStore().latest().orElseThrow();
  }

  private NightState state() {
    return nightlyStore().state(latest().night());
  }

  private Deployed model(String target, int budget) {
    return state().targets().get(target).budgets().get(name(budget)).deployed();
  }

  private String name(int budget) {
    return "latency-%dus".formatted(budgets.get(budget));
  }

  private static TargetDrift drift(NightlyJob.Night night, String target) {
    return night.drift().targets().stream()
        .filter(t -> t.target().equals(target))
        .findFirst()
        .orElseThrow();
  }

  private static List<Decision> decisions(NightlyJob.Night night) {
    return night.drift().targets().stream()
        .flatMap(t -> t.budgets().stream())
        .map(BudgetDrift::decision)
        .distinct()
        .sorted()
        .toList();
  }

  private void corrupt(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(store.resolve(file));
    bytes[bytes.length / 2] ^= 1;
    Files.write(store.resolve(file), bytes);
  }

  @Test
  void eachNightTouchesOnlyWhatChanged() throws Exception {
    predictorAloneAndExact();
    damageAndDeath();
    rollingBack();
    populations();
    supernets();
    retention();
    assertThat(nights).isEqualTo(30);
    tables();
  }

  private void predictorAloneAndExact() throws IOException {
    List.of("alpha", "beta", "gamma").forEach(fleet::add);
    fleet.trainPredictor(1);
    budgets = List.of(fleet.micros("alpha", 0.3), fleet.micros("alpha", 0.6));

    // 1: the first.
    NightlyJob.Night first = night();
    assertThat(first.log().outcome()).isEqualTo(NightOutcome.MODELS_CHANGED);
    assertThat(first.log().searched()).containsExactly("alpha", "beta", "gamma");
    assertThat(decisions(first)).containsExactly(Decision.NEW);

    // 2: nothing.
    nothing();

    // 3: one device is a quarter slower; its models no longer fit.
    SortedMap<String, String> others = Fleet.files(store.resolve("nights"));
    fleet.measure("beta", operator -> true, 1.25);
    NightlyJob.Night slower = night();
    assertThat(slower.log().searched()).containsExactly("beta");
    assertThat(slower.log().outcome()).isEqualTo(NightOutcome.MODELS_CHANGED);
    assertThat(slower.drift().carried()).isEqualTo(2);
    assertThat(Fleet.files(store.resolve("nights"))).containsAllEntriesOf(others);
    TargetDrift beta = drift(slower, "beta");
    assertThat(beta.reasons()).containsExactly("its profile changed");
    for (BudgetDrift budget : beta.budgets()) {
      assertThat(budget.decision()).isEqualTo(Decision.REPLACED);
      assertThat(budget.reason()).startsWith("it breaks its budget: latency is ");
      assertThat(budget.shift().afterMicros() / budget.shift().beforeMicros())
          .isCloseTo(1.25, within(1e-6));
      List<Double> contributions =
          budget.shift().causes().stream().map(Cause::contributionMicros).toList();
      assertThat(contributions).isNotEmpty().isSortedAccordingTo((a, b) -> Double.compare(b, a));
      assertThat(contributions.stream().mapToDouble(Double::doubleValue).sum())
          .isCloseTo(budget.shift().afterMicros() - budget.shift().beforeMicros(), within(1e-6));
      assertThat(budget.after().latencyMicros()).isLessThan(budget.shift().afterMicros());
    }
    assertThat(model("alpha", 0).night()).isEqualTo(first.log().night());
    assertThat(model("beta", 0).night()).isEqualTo(slower.log().night());
    String text =
        Files.readString(store.resolve("nights/%s/drift.md".formatted(slower.log().night())));
    assertThat(text)
        .contains("## beta: searched", "Because: its profile changed.", "it breaks its budget")
        .contains(beta.budgets().get(0).shift().causes().get(0).entry());
    assertThat(DriftText.terminal(slower.drift()))
        .contains("beta", "replaced", "1 targets searched, 2 carried over");

    // 4: nothing.
    nothing();

    // 5: one operator of another device moves by a tenth of a per cent; its models stay.
    NightlyJob.Night noise = remeasureALittle();
    assertThat(noise.log().searched()).containsExactly("gamma");
    assertThat(noise.log().outcome()).isEqualTo(NightOutcome.ALL_KEPT);
    assertThat(decisions(noise)).containsExactly(Decision.KEPT);
    assertThat(model("gamma", 0).night()).isEqualTo(first.log().night());

    // 6: a budget more, of which no target had an answer.
    budgets = List.of(budgets.get(0), budgets.get(1), fleet.micros("alpha", 0.8));
    NightlyJob.Night asked = night();
    assertThat(asked.log().searched()).containsExactly("alpha", "beta", "gamma");
    assertThat(drift(asked, "alpha").reasons()).containsExactly("the budgets changed");
    assertThat(decisions(asked)).containsExactly(Decision.NEW, Decision.KEPT);

    // 7: nothing.
    nothing();

    // 8: a budget less; its models are gone.
    budgets = budgets.subList(0, 2);
    NightlyJob.Night less = night();
    assertThat(less.log().outcome()).isEqualTo(NightOutcome.MODELS_CHANGED);
    assertThat(state().targets().get("alpha").budgets()).hasSize(2);

    // 9: the predictor is fitted anew: everything is searched, what gains little stays.
    fleet.trainPredictor(2);
    NightlyJob.Night retrained = night();
    assertThat(retrained.log().searched()).hasSize(3);
    assertThat(drift(retrained, "gamma").reasons())
        .containsExactly("the supernet or predictor changed");
    assertThat(retrained.drift().targets())
        .flatMap(TargetDrift::budgets)
        .allSatisfy(
            b ->
                assertThat(b.reason())
                    .containsAnyOf("beyond the noise of 0.50 points", "still the best"));

    // 10: a device is gone; nothing is searched for that.
    fleet.remove("alpha");
    NightlyJob.Night gone = night();
    assertThat(gone.log().searched()).isEmpty();
    assertThat(gone.log().outcome()).isEqualTo(NightOutcome.MODELS_CHANGED);
    assertThat(drift(gone, "alpha").fate()).isEqualTo(Fate.REMOVED);
    assertThat(state().targets()).containsOnlyKeys("beta", "gamma");

    // 11: and back.
    fleet.add("alpha");
    NightlyJob.Night back = night();
    assertThat(back.log().searched()).containsExactly("alpha");
    assertThat(drift(back, "alpha").reasons()).containsExactly("a new target");
    assertThat(decisions(back)).containsExactly(Decision.NEW);
  }

  private NightlyJob.Night remeasureALittle() throws IOException {
    String stem = TinySupernet.SPACE.lower(TinySupernet.SPACE.smallest()).get(0).key();
    fleet.measure("gamma", operator -> operator.key().equals(stem), 0.999);
    return night();
  }

  private void damageAndDeath() throws Exception {
    // 12, 13: a damaged profile is reported each night, and its models stay.
    fleet.damage("beta");
    for (int i = 0; i < 2; i++) {
      NightlyJob.Night damaged = night();
      assertThat(damaged.log().outcome()).isEqualTo(NightOutcome.ATTENTION);
      assertThat(damaged.log().failed()).containsOnlyKeys("beta");
      assertThat(damaged.log().failed().get("beta")).contains("latency.csv", "altered");
      assertThat(state().targets()).containsKey("beta");
    }

    // 14: it is restored.
    fleet.restore("beta");
    nothing();

    // 15: the state of the last night is damaged: the one before is gone on from.
    Latest damagedNight = latest();
    corrupt("nights/%s/night.json".formatted(damagedNight.night()));
    NightlyJob.Night rebuilt = night();
    assertThat(rebuilt.log().searched()).containsExactly("alpha");
    assertThat(rebuilt.log().notes())
        .anyMatch(n -> n.contains("The state of night " + damagedNight.night() + " is damaged"))
        .anyMatch(n -> n.startsWith("What is known is rebuilt from night "));

    // 16: a night is killed in its search.
    fleet.measure("gamma", operator -> true, 1.1);
    SortedMap<String, String> before = Fleet.files(store);
    kill();
    SortedMap<String, String> after = Fleet.files(store);
    after.keySet().removeIf(f -> f.startsWith("work/") || f.startsWith("lock/"));
    assertThat(after).as("a killed night changes nothing").isEqualTo(before);
    assertThat(store.resolve("lock")).exists();
    nights++;

    // 17: the next takes over its lock and goes on with its search.
    NightlyJob.Night next = night();
    assertThat(next.log().notes()).anyMatch(n -> n.contains("was stale and is taken over"));
    assertThat(said).anyMatch(n -> n.startsWith("Going on with an interrupted run"));
    assertThat(next.log().searched()).containsExactly("gamma");

    // 18: the pointer is damaged.
    corrupt("latest.json");
    Files.writeString(store.resolve("latest.json"), "{");
    NightlyJob.Night pointed = night();
    assertThat(pointed.log().outcome()).isEqualTo(NightOutcome.ALL_KEPT);
    assertThat(pointed.log().notes())
        .anyMatch(n -> n.startsWith("The pointer to the latest night is damaged"));
    assertThat(latest().night()).isEqualTo(next.log().night());
  }

  /** Runs a night as a process of its own, which ends in the middle of it. */
  private void kill() throws Exception {
    Path log = folder.resolve("killed.log");
    Process process =
        OwnProcess.of(
                List.of(),
                ThirtyNightsIT.class,
                List.of(folder.toString(), write().toString(), String.valueOf(nights)))
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log, UTF_8)).isEqualTo(KILLED);
  }

  /** A night that is killed after its search: folder, configuration, number. */
  public static void main(String[] arguments) {
    System.setProperty("spark.master", "local[2]");
    folder = Path.of(arguments[0]);
    job(
            clock(Integer.parseInt(arguments[2])),
            new Progress() {
              @Override
              public Stage begin(String what, long units) {
                return new Stage() {
                  @Override
                  public void done(long done) {}

                  @Override
                  public void close() {
                    if (what.startsWith("searching")) {
                      Runtime.getRuntime().halt(KILLED);
                    }
                  }
                };
              }

              @Override
              public void note(String line) {}
            })
        .run(config(Path.of(arguments[1])));
  }

  private void rollingBack() throws IOException {
    // 19: all devices become slower, and are given other models.
    for (String device : List.of("alpha", "beta", "gamma")) {
      fleet.measure(device, operator -> true, 1.15);
    }
    NightState good = state();
    NightlyJob.Night bad = night();
    assertThat(decisions(bad)).contains(Decision.REPLACED);
    Deployed rejected = model("alpha", 0);

    NightlyJob.Rollback back =
        job(clock(nights), Progress.SILENT).rollback(config(write()), Optional.empty());

    assertThat(back.from()).isEqualTo(bad.log().night());
    assertThat(back.to()).isEqualTo(good.night());
    assertThat(back.models()).contains("alpha, " + name(0));
    assertThat(state()).isEqualTo(good);
    assertThat(latest().by()).isEqualTo("rollback");

    // 20: the tables are still what they are, but what was rolled back does not come again.
    NightlyJob.Night after = night();
    assertThat(after.log().searched()).hasSize(3);
    assertThat(model("alpha", 0).code())
        .isEqualTo(good.targets().get("alpha").budgets().get(name(0)).deployed().code())
        .isNotEqualTo(rejected.code());
    assertThat(drift(after, "alpha").budgets().get(0).decision()).isEqualTo(Decision.BROKEN);
    assertThat(drift(after, "alpha").budgets().get(0).reason()).contains("rolled back");
    assertThat(after.log().outcome()).isEqualTo(NightOutcome.ATTENTION);

    assertThatThrownBy(
            () ->
                job(clock(nights), Progress.SILENT)
                    .rollback(config(write()), Optional.of("20260101-000000")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("night '20260101-000000' is no whole night of the store")
        .hasMessageContaining("possible are ")
        .hasMessageContaining(good.night());

    job(clock(nights), Progress.SILENT).rollback(config(write()), Optional.of(bad.log().night()));
    assertThat(latest().rejected()).as("rolled forward to").isEmpty();
    assertThat(model("alpha", 0)).isEqualTo(rejected);

    // 21: that night answered what is asked now.
    nothing();
  }

  private void populations() throws IOException {
    // 22: another engine searches everything, beginning from what the last one found.
    engine = "{kind: evolution, population: 32, generations: 3, start: random}";
    NightlyJob.Night evolved = night();
    assertThat(drift(evolved, "beta").reasons())
        .containsExactly("the engine or its settings changed");
    assertThat(warmStart(evolved)).as("half of a population").isEqualTo(16);
    // 23: nothing.
    nothing();

    // 24: one device; its own front is what is begun with.
    fleet.measure("beta", operator -> true, 0.9);
    NightlyJob.Night faster = night();
    assertThat(faster.log().searched()).containsExactly("beta");
    assertThat(warmStart(faster)).as("more than its two models").isGreaterThan(2);
  }

  private int warmStart(NightlyJob.Night night) throws IOException {
    Path run = store.resolve("nights/%s/run/run.json".formatted(night.log().night()));
    return Json.read(Files.readAllBytes(run), JsonNode.class, "run")
        .at("/warmStart/architectures")
        .asInt();
  }

  private void supernets() throws IOException {
    // 25: from now on models are built; what was an architecture alone is replaced.
    fleet.trainSupernet(5);
    source = "supernet: " + fleet.supernet();
    engine = "exact";
    NightlyJob.Night built = night();
    assertThat(built.log().searched()).hasSize(3);
    assertThat(decisions(built)).containsAnyOf(Decision.REPLACED, Decision.NEW);
    Deployed model = model("alpha", 1);
    assertThat(model.measuredAccuracy()).isNotNull();
    Path file = store.resolve("nights/%s/run/%s".formatted(model.night(), model.file()));
    assertThat(file).hasSize(model.bytes());

    // 26: nothing, and the supernet is not loaded for it.
    nothing();

    // 27: it is trained anew; images and weights differ.
    fleet.trainSupernet(6);
    NightlyJob.Night retrained = night();
    assertThat(retrained.log().searched()).hasSize(3);
    assertThat(drift(retrained, "alpha").budgets().get(1).reason())
        .isNotEqualTo("still the best that fits");

    // 28: one device.
    fleet.measure("gamma", operator -> true, 0.8);
    NightlyJob.Night one = night();
    assertThat(one.log().searched()).containsExactly("gamma");
    assertThat(
            Files.exists(store.resolve("nights/%s/run/models/alpha".formatted(one.log().night()))))
        .isFalse();
  }

  private void retention() throws IOException {
    // 29: two nights are kept, and what their answers and models need.
    keep = 2;
    fleet.measure("beta", operator -> true, 0.95);
    NightlyJob.Night kept = night();
    NightlyStore nightly = nightlyStore();
    Set<String> expected = new TreeSet<>(state().needs());
    List<String> all = nightly.nights();
    String before = all.get(all.size() - 2);
    expected.add(before);
    expected.add(kept.log().night());
    expected.addAll(nightly.state(before).needs());
    assertThat(all).containsExactlyElementsOf(expected).hasSizeLessThan(6);
    for (BudgetState budget : state().targets().get("alpha").budgets().values()) {
      if (budget.deployed() != null) {
        assertThat(
                store.resolve(
                    "nights/%s/run/%s"
                        .formatted(budget.deployed().night(), budget.deployed().file())))
            .exists();
      }
    }
    Set<String> profiles = new TreeSet<>(state().profiles());
    profiles.addAll(nightly.state(before).profiles());
    try (var folders = Files.list(store.resolve("profiles"))) {
      assertThat(folders.map(p -> p.getFileName().toString())).allMatch(profiles::contains);
    }

    // 30: nothing.
    nothing();
  }

  private List<Row> sql(String query) {
    return session.sql(query).collectAsList();
  }

  /** What the store holds, as any Spark session sees it that has two settings. */
  private void tables() {
    session.stop();
    session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.catalog.espalier", EspalierCatalog.class.getName())
            .config("spark.sql.catalog.espalier.store", store.toUri().toString())
            .getOrCreate();

    assertThat(sql("SELECT night FROM espalier.runs ORDER BY night"))
        .extracting(r -> r.getString(0))
        .containsExactlyElementsOf(nightlyStore().nights());
    assertThat(sql("SELECT night, run FROM espalier.runs WHERE latest"))
        .singleElement()
        .satisfies(r -> assertThat(r.getString(0)).isEqualTo(latest().night()));

    // Every column of a run's files is there, as what it is.
    for (String table : List.of("fronts", "selections", "deployments")) {
      String file =
          store
              .resolve(
                  "nights/%s/run/%s.parquet"
                      .formatted(state().targets().get("alpha").answers(), table))
              .toUri()
              .toString();
      var columns = session.table("espalier." + table).schema();
      for (var field : session.read().parquet(file).schema().fields()) {
        assertThat(columns.apply(field.name()).dataType()).isEqualTo(field.dataType());
      }
    }

    // Carried over models are rows of the night too, and lie in an earlier run.
    List<Row> deployed =
        sql(
            "SELECT target, budget, code, run, predicted_latency_us, measured_accuracy FROM espalier.deployments WHERE latest ORDER BY target, budget");
    List<String> models = new ArrayList<>();
    state()
        .targets()
        .forEach(
            (target, one) ->
                one.budgets()
                    .forEach(
                        (budget, its) -> {
                          if (its.deployed() != null) {
                            models.add(
                                "%s %s %s nights/%s/run %s %s"
                                    .formatted(
                                        target,
                                        budget,
                                        its.deployed().code(),
                                        its.deployed().night(),
                                        its.deployed().costs().get("latency"),
                                        its.deployed().measuredAccuracy()));
                          }
                        }));
    assertThat(deployed).extracting(r -> r.mkString(" ")).containsExactlyElementsOf(models);

    // The current front of every target, wherever it was searched.
    List<Row> fronts =
        sql(
            """
            SELECT f.target, count(*), min(f.predicted_latency_us) FROM espalier.fronts f
            JOIN (SELECT DISTINCT target, answers FROM espalier.deployments WHERE latest) d
            ON f.run = d.answers AND f.target = d.target GROUP BY f.target ORDER BY f.target
            """);
    assertThat(fronts).isNotEmpty();
    for (Row row : fronts) {
      assertThat(row.getLong(1)).isEqualTo(state().targets().get(row.getString(0)).frontPoints());
    }

    // A night's condition leaves out whole files.
    String night = nightlyStore().nights().get(0);
    var one = session.sql("SELECT code FROM espalier.fronts WHERE night = '%s'".formatted(night));
    assertThat(one.javaRDD().getNumPartitions()).isEqualTo(1);
    assertThat(one.collectAsList()).isNotEmpty();
    assertThat(
            sql("SELECT count(*) FROM espalier.selections WHERE night >= '2027'").get(0).getLong(0))
        .isZero();
  }
}
