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
      double[] s = new double[20];
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
        double[][] all = model.parts(rest);
        for (int k = 0; k < all.length; k++) {
          SumError e = AdditivityCheck.error(all[k], t);
          s[2 * k] += e.spearman() / draws;
          s[2 * k + 1] += e.withinTenPercent() / draws;
        }
      }
      StringBuilder b = new StringBuilder();
      for (int k = 0; k < 9; k++) b.append(String.format(" %.4f/%.4f", s[2*k], s[2*k+1]));
      System.out.println("SCRATCH " + devices[d] + b);
    }
  }

  @Test
  void multi() throws Exception {
    SearchSpace space =
        new SpaceCatalogue(
                new Storage(new Configuration(false)),
                List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
            .read("nasbench201");
    List<String> lines =
        Files.readAllLines(Path.of("../../shared/data/latbench-nb201/latbench_latency_ms.csv"));
    NetworkFeatures features = NetworkFeatures.of(space);
    for (int d : new int[] {7, 8}) {
      double[] s = new double[20];
      for (int draw = 0; draw < 2; draw++) {
        List<String> shuffled = new ArrayList<>(lines.subList(1, lines.size()));
        Collections.shuffle(shuffled, new Random(draw));
        List<Architecture> networks = new ArrayList<>();
        double[][] logs = new double[8][1000];
        double[] t = new double[shuffled.size() - 1000];
        for (int i = 0; i < shuffled.size(); i++) {
          String[] cells = shuffled.get(i).split(",", -1);
          networks.add(space.parse(cells[0]));
          for (int k = 0; k < 8; k++) {
            double v = cells[k + 1].isEmpty() ? Double.NaN : Math.log(1000 * Double.parseDouble(cells[k + 1]));
            if (i < 1000) logs[k][i] = v; else if (k == d - 1) t[i - 1000] = Math.exp(v);
          }
        }
        double[][] all = NetworkLatencyModel.multi(features, networks.subList(0, 1000), logs, networks.subList(1000, networks.size()), d - 1);
        for (int k = 0; k < all.length; k++) {
          SumError e = AdditivityCheck.error(all[k], t);
          s[2 * k] += e.spearman() / 2;
          s[2 * k + 1] += e.withinTenPercent() / 2;
        }
      }
      StringBuilder b = new StringBuilder();
      for (int k = 0; k < 6; k++) b.append(String.format(" %.4f/%.4f", s[2*k], s[2*k+1]));
      System.out.println("SCRATCH " + d + b);
    }
  }
}
