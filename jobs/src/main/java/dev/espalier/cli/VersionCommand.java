package dev.espalier.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
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
    Properties versions = new Properties();
    try (InputStream in = VersionCommand.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new String[] {
      "espalier " + versions.getProperty("espalier"),
      "Java " + Runtime.version(),
      "Spark %s (Scala %s)".formatted(versions.getProperty("spark"), versions.getProperty("scala")),
      "DJL %s (PyTorch %s)".formatted(versions.getProperty("djl"), versions.getProperty("pytorch")),
      "ONNX Runtime " + versions.getProperty("onnxruntime")
    };
  }
}
