package dev.espalier.cli;

import dev.espalier.run.InvalidRequestException;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The entry point of {@code ./espalier} and of {@code spark-submit}. */
@Command(
    name = "espalier",
    description = {
      "One network is trained once; for every device and budget, the subnetwork that fits is",
      "found, checked and shipped.",
      ""
    },
    versionProvider = VersionCommand.class,
    subcommands = {
      SearchCommand.class,
      PredictCommand.class,
      PredictorCommand.class,
      ProfileCommand.class,
      ReportCommand.class,
      SpaceCommand.class,
      NightlyCommand.class,
      SqlCommand.class,
      SupernetCommand.class,
      CompletionCommand.class,
      VersionCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier search                      models for this machine, from the shipped supernet",
      "  ./espalier search request.yaml         what the request asks for",
      "  ./espalier report runs/first           the page that shows a finished run",
      "  ./espalier nightly nightly.yaml        as little as changed since the last night",
      "  ./espalier sql \"SELECT * FROM espalier.runs\"   what runs and nights found, as tables",
      "  ./espalier search --help               more about one command",
      "",
      "Exit status: 0 success; 2 bad input, nothing written; 1 failure, what was finished is kept;",
      "130 ended by Ctrl-C, which says what is kept and how to go on."
    })
public final class Espalier implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Espalier.class);

  private static final int WIDTH = 100;

  @Spec private CommandSpec spec;

  private Espalier() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] arguments) {
    useStandardError(System.getProperty("espalier.stderr", ""));
    Interruption.watch();
    int status = commandLine().execute(arguments);
    System.out.flush();
    // Spark and Hadoop leave threads behind that are not daemons.
    Interruption.exit(status);
  }

  /** The launcher keeps what the JVM itself says apart, and passes the terminal on by its path. */
  private static void useStandardError(String path) {
    if (!path.isEmpty()) {
      try {
        System.setErr(new PrintStream(new FileOutputStream(path, true), true));
      } catch (FileNotFoundException e) {
        LOG.debug("standard error stays as it is: {} cannot be opened", path, e);
      }
    }
  }

  /** The command line; {@code execute} on it returns the exit status. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Espalier());
    addHelp(line);
    return line.setUsageHelpWidth(WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Espalier::misused)
        .setExecutionExceptionHandler((e, c, parsed) -> failed(e, c, parsed));
  }

  private static void addHelp(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true);
    for (CommandLine each : line.getSubcommands().values()) {
      addHelp(each);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static int misused(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("espalier: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr());
    line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitStatus.BAD_INPUT;
  }

  private static int failed(Exception e, CommandLine line, ParseResult parsed) {
    String command = String.join(" ", parsed.originalArgs());
    if (Interruption.underway()) {
      LOG.info("interrupted: {}", command, e);
      return ExitStatus.FAILURE;
    }
    if (e instanceof BadInputException || e instanceof InvalidRequestException) {
      LOG.info("bad input to {}: {}", command, e.getMessage());
      line.getErr().println("espalier: " + e.getMessage());
      return ExitStatus.BAD_INPUT;
    }
    Optional<String> full = diskFull(e);
    if (full.isPresent()) {
      line.getErr()
          .println(
              "espalier: " + full.get() + ": free some, or choose another place with --output");
      return ExitStatus.BAD_INPUT;
    }
    LOG.info("failed: {}", command, e);
    line.getErr().println("espalier: " + describe(e));
    String log = System.getProperty("espalier.log");
    if (log != null) {
      line.getErr().println("The log has the details: " + log);
    }
    return ExitStatus.FAILURE;
  }

  private static String describe(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    Throwable cause = e.getCause();
    return cause == null || cause.getMessage() == null || message.contains(cause.getMessage())
        ? message
        : message + " (" + cause.getMessage() + ")";
  }

  private static Optional<String> diskFull(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t.getMessage() != null && t.getMessage().contains("No space left on device")) {
        return Optional.of(t.getMessage());
      }
    }
    return Optional.empty();
  }
}
