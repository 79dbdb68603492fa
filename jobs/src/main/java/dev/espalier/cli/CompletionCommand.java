package dev.espalier.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options in bash and zsh.",
      "",
      "It holds for any path that ends in espalier.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  source <(./espalier completion)                     in this shell",
      "  ./espalier completion > ~/.local/share/bash-completion/completions/espalier"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(AutoComplete.bash("espalier", spec.parent().commandLine()));
    spec.commandLine().getOut().flush();
    return ExitStatus.SUCCESS;
  }
}
