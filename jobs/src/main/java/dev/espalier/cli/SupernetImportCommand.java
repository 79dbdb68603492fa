package dev.espalier.cli;

import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.OfaCheckpoint;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetDescription;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.checkpoint.TorchCheckpoint;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    description = {
      "Make a supernet of a checkpoint that OFA's code saved (torch.save, either format). Nothing",
      "in the file is executed. Its space must be one of the families ofa-mobilenetv3,",
      "ofa-proxyless and ofa-resnet50."
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier supernet import ofa_mbv3_d234_e346_k357_w1.2 \\",
      "      --space ofa-mobilenetv3-w1.2 --output nets/ofa-w1.2",
      "  ./espalier supernet import mine.pth --space spaces/mine.yaml --name mine \\",
      "      --mean 0.5 --deviation 0.25 --labels labels.txt --output nets/mine"
    })
final class SupernetImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "A file that torch.save wrote.")
  private String checkpoint;

  @Option(
      names = "--space",
      required = true,
      paramLabel = "S",
      description = "The space it was trained in: a name (see space list), or a YAML file.")
  private String space;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the supernet; must not exist, or be empty.")
  private String output;

  @Option(names = "--name", paramLabel = "N", description = "Default: the output folder's name.")
  private String name;

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      defaultValue = "imagenet",
      description = "The data it was trained on. Default: ${DEFAULT-VALUE}.")
  private String dataset;

  @Option(
      names = "--mean",
      paramLabel = "M",
      split = ",",
      defaultValue = "0.485,0.456,0.406",
      description =
          "Per channel, of pixels scaled to 0..1, that its inputs were normalised with. Default: ${DEFAULT-VALUE}.")
  private List<Double> mean;

  @Option(
      names = "--deviation",
      paramLabel = "D",
      split = ",",
      defaultValue = "0.229,0.224,0.225",
      description = "Per channel, likewise. Default: ${DEFAULT-VALUE}.")
  private List<Double> deviation;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description =
          "Names of the classes, one a line, in the order of the logits. Default: numbers.")
  private String labels;

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Path destination = new Path(output);
    Supernet supernet = Inputs.load(() -> supernet(storage, destination));
    Inputs.load(
        () -> {
          SupernetFolder.write(storage, destination, supernet, new TreeMap<>());
          return destination;
        });
    SearchSpace imported = supernet.space();
    var out = spec.commandLine().getOut();
    out.println(
        "%s: %d tensors, family %s, %d to %d MACs"
            .formatted(
                output,
                supernet.weights().tensors().size(),
                imported.family(),
                imported.macs(imported.smallest()),
                imported.macs(imported.largest())));
    return ExitStatus.SUCCESS;
  }

  private Supernet supernet(Storage storage, Path destination) {
    storage.requireVacant(destination);
    ElasticNetwork network = ElasticNetworks.of(Home.ofSystem().spaces(storage).read(space));
    byte[] file = storage.read(new Path(checkpoint));
    Weights weights =
        OfaCheckpoint.weights(network, TorchCheckpoint.read(file, checkpoint), checkpoint);
    return Supernet.of(
        network,
        weights,
        new SupernetDescription(
            name == null ? destination.getName() : name,
            new DatasetDescription(
                dataset,
                mean,
                deviation,
                "not stated by the checkpoint",
                labels(storage, network.classes()),
                new TreeMap<>()),
            Json.tree(
                Map.of(
                    "imported",
                    Map.of("file", new Path(checkpoint).getName(), "sha256", Digest.of(file))))));
  }

  private List<String> labels(Storage storage, int classes) {
    return labels == null
        ? IntStream.range(0, classes).mapToObj(String::valueOf).toList()
        : new String(storage.read(new Path(labels)), StandardCharsets.UTF_8).lines().toList();
  }
}
