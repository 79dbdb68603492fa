package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.artefact.Storage;
import dev.espalier.profile.SumError;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Latencies of NAS-Bench-201's networks on eight devices, as LatBench measured them (Dudziak et
 * al., BRP-NAS, NeurIPS 2020). Every figure is of networks that were not fitted on. One draw of
 * training networks and two devices by default; all of what the README shows with
 *
 * <pre>{@code
 * mvn verify -pl latency-predictors -am -Dit.test=LatBenchIT -Dlatbench.draws=5 -Dlatbench.all
 * }</pre>
 */
class LatBenchIT {
  private static final Logger LOG = LoggerFactory.getLogger(LatBenchIT.class);
  private static final Path DATA =
      Path.of("..", "..", "shared", "data", "latbench-nb201", "latbench_latency_ms.csv");
  private static final int FITTED = 1_000;
  private static final int DRAWS = Integer.getInteger("latbench.draws", 1);
  private static final boolean ALL = System.getProperty("latbench.all") != null;
  private static final String DSP = "mobile-dsp-snapdragon-855-hexagon-690-int8";
  private static final String GPU = "mobile-gpu-snapdragon-855-adreno-640-int8";

  private static NetworkFeatures features;
  private static List<Architecture> space;
  private static final Map<String, NetworkMeasurements> MEASURED = new LinkedHashMap<>();

  /** What is known of each device from networks of its own. */
  private static final Map<String, LatencySource> KNOWN = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    assumeTrue(Files.exists(DATA), "published files are not here: " + DATA.toAbsolutePath());
    SearchSpace nasBench201 =
        new SpaceCatalogue(
                new Storage(new Configuration(false)),
                List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
            .read("nasbench201");
    features = NetworkFeatures.of(nasBench201);
    byte[] csv = Files.readAllBytes(DATA);
    String header = new String(csv, StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
    for (String device : List.of(header.split(",")).subList(1, 9)) {
      MEASURED.put(
          device,
          NetworkMeasurements.read(
              nasBench201,
              DATA.toString(),
              csv,
              new NetworkMeasurements.Columns("arch_vector", device, NetworkMeasurements.Unit.MS)));
    }
    space = MEASURED.get(DSP).networks().stream().distinct().toList();
    MEASURED.forEach(
        (device, measured) -> {
          NetworkMeasurements own = shuffled(measured, 100).between(0, FITTED);
          NetworkLatencyModel model =
              NetworkLatencyModel.fit(features, List.of(), own.networks(), own.toMicros());
          // Asked for the same networks again and again.
          Map<Architecture, Double> table = new HashMap<>();
          double[] micros = model.micros(space);
          for (int i = 0; i < micros.length; i++) {
            table.put(space.get(i), micros[i]);
          }
          KNOWN.put(device, networks -> networks.stream().mapToDouble(table::get).toArray());
        });
  }

  private static NetworkMeasurements shuffled(NetworkMeasurements measured, long seed) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < measured.networks().size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(seed));
    return new NetworkMeasurements(
        order.stream().map(measured.networks()::get).toList(),
        order.stream().map(measured.micros()::get).toList(),
        0);
  }

  private static List<LatencySource> others(String device) {
    return KNOWN.entrySet().stream()
        .filter(known -> !known.getKey().equals(device))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static SumError error(LatencySource model, NetworkMeasurements kept) {
    return AdditivityCheck.error(model.micros(kept.networks()), kept.toMicros());
  }

  private static void report(String what, String device, List<SumError> errors) {
    LOG.info(
        "{}, {}: Spearman {}, within 10 % {}, median error {}, means of {} draws",
        what,
        device,
        String.format("%.4f", mean(errors, SumError::spearman)),
        String.format("%.4f", mean(errors, SumError::withinTenPercent)),
        String.format("%.4f", mean(errors, SumError::medianRelativeError)),
        errors.size());
  }

  private static double mean(List<SumError> errors, ToDoubleFunction<SumError> of) {
    return errors.stream().mapToDouble(of).average().orElseThrow();
  }

  @Test
  void aThousandNetworksTellTheRest() {
    List<SumError> everywhere = new ArrayList<>();
    List<SumError> everywhereHelped = new ArrayList<>();
    for (String device : ALL ? List.copyOf(MEASURED.keySet()) : List.of(DSP, GPU)) {
      List<SumError> alone = new ArrayList<>();
      List<SumError> helped = new ArrayList<>();
      for (int draw = 1; draw <= DRAWS; draw++) {
        NetworkMeasurements measured = shuffled(MEASURED.get(device), draw);
        NetworkMeasurements fitted = measured.between(0, FITTED);
        NetworkMeasurements kept = measured.between(FITTED, measured.networks().size());
        alone.add(
            error(
                NetworkLatencyModel.fit(features, List.of(), fitted.networks(), fitted.toMicros()),
                kept));
        helped.add(
            error(
                NetworkLatencyModel.fit(
                    features, others(device), fitted.networks(), fitted.toMicros()),
                kept));
      }
      assertThat(mean(alone, SumError::spearman))
          .as(device)
          .isGreaterThan(device.equals(DSP) ? 0.96 : device.equals(GPU) ? 0.983 : 0.9);
      assertThat(mean(helped, SumError::spearman))
          .as("%s, with others known", device)
          .isGreaterThan(mean(alone, SumError::spearman) - 0.002);
      report("fitted alone", device, alone);
      report("fitted with the other devices known", device, helped);
      everywhere.addAll(alone);
      everywhereHelped.addAll(helped);
    }
    report("fitted alone", "all devices", everywhere);
    report("fitted with the other devices known", "all devices", everywhereHelped);
  }

  @Test
  void aFewMeasurementsAdaptWhatIsKnown() {
    for (int count : new int[] {10, 50}) {
      List<SumError> everywhere = new ArrayList<>();
      for (String device : MEASURED.keySet()) {
        List<SumError> errors = new ArrayList<>();
        AdaptedLatency.Population population =
            new AdaptedLatency.Population(features, others(device), space);
        for (int draw = 1; draw <= Math.max(3, DRAWS); draw++) {
          NetworkMeasurements measured = shuffled(MEASURED.get(device), 10 + draw);
          List<Architecture> candidates =
              measured.between(0, 1_500).networks().stream().distinct().toList();
          List<Architecture> chosen = population.mostTelling(List.of(), candidates, count);
          double[] micros =
              chosen.stream()
                  .mapToDouble(n -> measured.micros().get(measured.networks().indexOf(n)))
                  .toArray();
          AdaptedLatency adapted = AdaptedLatency.fit(population, chosen, micros);
          List<Integer> rest = new ArrayList<>();
          for (int i = 0; i < measured.networks().size(); i++) {
            if (!chosen.contains(measured.networks().get(i))) {
              rest.add(i);
            }
          }
          errors.add(
              error(
                  adapted,
                  new NetworkMeasurements(
                      rest.stream().map(measured.networks()::get).toList(),
                      rest.stream().map(measured.micros()::get).toList(),
                      0)));
        }
        report("adapted to " + count, device, errors);
        everywhere.addAll(errors);
      }
      report("adapted to " + count, "all devices", everywhere);
      assertThat(mean(everywhere, SumError::spearman))
          .as("%d measurements", count)
          .isGreaterThan(count == 10 ? 0.935 : 0.955);
    }
  }
}
