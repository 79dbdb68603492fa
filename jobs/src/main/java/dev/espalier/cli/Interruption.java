package dev.espalier.cli;

/**
 * What is said when the process is told to end in the middle of something, as by Ctrl-C. Whatever
 * breaks after that breaks because of it, and is not worth a message.
 */
final class Interruption {
  private static volatile String advice = "Nothing was written.";
  private static volatile boolean ended;
  private static volatile boolean underway;

  private Interruption() {}

  /** Says what has become of the work when the process is told to end from now on. */
  static void watch() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (!ended) {
                    underway = true;
                    System.err.println();
                    System.err.println("espalier: interrupted. " + advice);
                  }
                },
                "interruption"));
  }

  /** What becomes of the work from now on, and how to go on with it; one or more sentences. */
  static void advise(String sentences) {
    advice = sentences;
  }

  /** Whether the process has been told to end. */
  static boolean underway() {
    return underway;
  }

  /** Ends the process with its work done. */
  static void exit(int status) {
    ended = true;
    System.exit(status);
  }
}
