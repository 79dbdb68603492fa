package dev.espalier.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "version",
    description = "Show the versions of Espalier and of what it runs on.",
    footer = {"", "Example:", "  ./espalier version"})
final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    for (String line : getVersion()) {
      spec.commandLine().getOut().println(line);
    }
    return ExitStatus.SUCCESS;
  }

  @Override
  public String[] getVersion() {
    SortedMap<String, String> versions = versions();
    return new String[] {
      "espalier " + versions.get("espalier"),
      "Java " + Runtime.version(),
      "Spark %s (Scala %s)".formatted(versions.get("spark"), versions.get("scala")),
      "DJL %s (PyTorch %s)".formatted(versions.get("djl"), versions.get("pytorch")),
      "ONNX Runtime " + versions.get("onnxruntime")
    };
  }

  /** Of everything whose change could change a result, by name. */
  static SortedMap<String, String> versions() {
    Properties properties = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("versions.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SortedMap<String, String> versions = new TreeMap<>();
    properties.forEach((name, value) -> versions.put(name.toString(), value.toString()));
    return versions;
  }
}
