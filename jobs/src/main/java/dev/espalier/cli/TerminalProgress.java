package dev.espalier.cli;

import dev.espalier.run.Progress;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Progress for people: on a terminal one line that is written over, elsewhere a line every few
 * seconds. Each shows the time left, extrapolated from the units done so far, once a second has
 * passed.
 */
final class TerminalProgress implements Progress {
  private static final long SECOND = 1_000_000_000L;
  private static final String ERASE = "\r\033[K";

  /** What the lines are written to. */
  enum Screen {
    /** Understands being written over; redrawn at most five times a second. */
    TERMINAL(SECOND / 5),
    /** Keeps every line; written at most every five seconds. */
    LOG(5 * SECOND);

    private final long interval;

    Screen(long interval) {
      this.interval = interval;
    }
  }

  private final PrintStream out;
  private final Screen screen;
  private final LongSupplier nanos;

  TerminalProgress(PrintStream out, Screen screen, LongSupplier nanos) {
    this.out = out;
    this.screen = screen;
    this.nanos = nanos;
  }

  /** On standard error, as a terminal where there is one. */
  static TerminalProgress onStandardError() {
    boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
    return new TerminalProgress(
        System.err, terminal ? Screen.TERMINAL : Screen.LOG, System::nanoTime);
  }

  @Override
  public Stage begin(String what, long units) {
    return new Line(what, Math.max(1, units));
  }

  @Override
  public void note(String line) {
    synchronized (out) {
      out.println(screen == Screen.TERMINAL ? ERASE + line : line);
    }
  }

  private final class Line implements Stage {
    private final String what;
    private final long units;
    private final long began = nanos.getAsLong();
    private long shown = began - screen.interval;
    private long done;

    Line(String what, long units) {
      this.what = what;
      this.units = units;
      if (screen == Screen.TERMINAL) {
        done(0);
      } else {
        shown = began;
      }
    }

    @Override
    public void done(long units) {
      synchronized (out) {
        done = Math.max(done, Math.min(units, this.units));
        long now = nanos.getAsLong();
        if (now - shown < screen.interval) {
          return;
        }
        shown = now;
        String text = what + " " + 100 * done / this.units + " %" + left(now - began);
        if (screen == Screen.TERMINAL) {
          out.print(ERASE + text);
        } else {
          out.println(text);
        }
        out.flush();
      }
    }

    private String left(long elapsed) {
      if (done == 0 || elapsed < SECOND) {
        return "";
      }
      double left = (double) elapsed / done * (units - done);
      return ", " + duration(left / SECOND) + " left";
    }

    @Override
    public void close() {
      synchronized (out) {
        String text = what + ": " + duration((double) (nanos.getAsLong() - began) / SECOND);
        out.println(screen == Screen.TERMINAL ? ERASE + text : text);
      }
    }
  }

  /** As in {@code 4.2 s}, {@code 3 min 20 s} and {@code 2 h 5 min}. */
  static String duration(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }
}
