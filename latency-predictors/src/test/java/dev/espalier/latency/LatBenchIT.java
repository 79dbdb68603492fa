package dev.espalier.latency;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.artefact.Storage;
import dev.espalier.profile.SumError;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LatBenchIT {
  @Test
  void scratch() throws Exception {
    SearchSpace space =
        new SpaceCatalogue(
                new Storage(new Configuration(false)),
                List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
            .read("nasbench201");
    List<String> lines =
        Files.readAllLines(Path.of("../../shared/data/latbench-nb201/latbench_latency_ms.csv"));
    String[] devices = lines.get(0).split(",");
    NetworkFeatures features = NetworkFeatures.of(space);
    int draws = Integer.getInteger("draws", 1);
    for (int d : Arrays.stream(System.getProperty("devices", "7,8").split(",")).mapToInt(Integer::parseInt).toArray()) {
      double[] s = new double[6];
      long t0 = System.nanoTime();
      for (int draw = 0; draw < draws; draw++) {
        List<Architecture> networks = new ArrayList<>();
        List<Double> micros = new ArrayList<>();
        List<String> shuffled = new ArrayList<>(lines.subList(1, lines.size()));
        Collections.shuffle(shuffled, new Random(draw));
        for (String line : shuffled) {
          String[] cells = line.split(",", -1);
          if (!cells[d].isEmpty()) {
            networks.add(space.parse(cells[0]));
            micros.add(1000 * Double.parseDouble(cells[d]));
          }
        }
        double[] y = micros.stream().mapToDouble(m -> m).toArray();
        NetworkLatencyModel model =
            NetworkLatencyModel.fit(
                features, networks.subList(0, 1000), Arrays.copyOf(y, 1000));
        List<Architecture> rest = networks.subList(1000, networks.size());
        double[] t = Arrays.copyOfRange(y, 1000, y.length);
        double[][] parts = model.parts(rest);
        double[][] all = {model.predictMicros(rest), parts[0], parts[1]};
        for (int k = 0; k < 3; k++) {
          SumError e = AdditivityCheck.error(all[k], t);
          s[2 * k] += e.spearman() / draws;
          s[2 * k + 1] += e.withinTenPercent() / draws;
        }
      }
      System.out.printf(
          "SCRATCH %s both %.4f %.4f process %.4f %.4f trees %.4f %.4f, %.1f s%n",
          devices[d], s[0], s[1], s[2], s[3], s[4], s[5], (System.nanoTime() - t0) / 1e9 / draws);
    }
  }
}
