package dev.espalier.report;

import dev.espalier.artefact.Storage;
import dev.espalier.report.ReportData.Earlier;
import dev.espalier.report.ReportData.Found;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The report of a published run.
 *
 * <p>It is written beside the tables after the run was published, by one rename, and is not among
 * what the run digests: it shows when the run was made and what was measured then, and can be made
 * again from the folder at any time.
 */
public final class RunReport {
  /** The file's name in the folder of a run. */
  public static final String FILE = "report.html";

  private final Storage storage;
  private final RunFolder folder;
  private final Optional<RunFolder> against;

  private RunReport(Storage storage, RunFolder folder, Optional<RunFolder> against) {
    this.storage = storage;
    this.folder = folder;
    this.against = against;
  }

  /**
   * Of a run.
   *
   * @param run its folder
   * @throws dev.espalier.artefact.ArtefactException if there is no run, naming those beside it
   */
  public static RunReport of(Storage storage, Path run) {
    return new RunReport(storage, new RunFolder(storage, run), Optional.empty());
  }

  /**
   * The same report, saying what changed since an earlier run. Where none is named, it is the last
   * one before it in the same folder that drew from the same supernet or predictor and has a target
   * in common, if there is one.
   *
   * @param earlier the folder of a run
   * @throws dev.espalier.artefact.ArtefactException if there is no run, naming those beside it
   */
  public RunReport against(Path earlier) {
    return new RunReport(storage, folder, Optional.of(new RunFolder(storage, earlier)));
  }

  /**
   * Writes the page into the folder of the run, in place of one that is there.
   *
   * @return the file
   * @throws dev.espalier.artefact.ArtefactException if a file of the run is missing or damaged,
   *     naming it, or the page cannot be written
   */
  public Path write() {
    Path file = new Path(folder.path(), FILE);
    write(file);
    return file;
  }

  /**
   * Writes the page into a file, in place of one that is there.
   *
   * @throws dev.espalier.artefact.ArtefactException as {@link #write()}
   */
  public void write(Path file) {
    storage.replace(file, html());
  }

  /** The bytes of the page, in UTF-8. */
  byte[] html() {
    FinishedRun run = folder.read();
    Map<String, FrontPoints> fronts = new HashMap<>();
    folder.fronts(ReportData.MOST_POINTS, fronts::put);
    Optional<Earlier> earlier =
        against
            .map(a -> new Earlier(a.read(), Found.NAMED))
            .or(() -> folder.before().map(b -> new Earlier(b, Found.BESIDE)));
    String json = new ReportData(run, fronts, folder.blocks(), earlier).json();
    return ReportPage.html(run.name() + " – Espalier", json);
  }
}
