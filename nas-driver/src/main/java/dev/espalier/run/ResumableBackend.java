package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.artefact.Json;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.GenerationRecord;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.Optimality;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.SearchProblem;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.SolvedTarget;
import dev.espalier.search.StopReason;
import dev.espalier.search.TargetResult;
import dev.espalier.search.TargetTask;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.Architecture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backend that keeps what is finished in a {@link Checkpoint}, and does nothing twice. */
final class ResumableBackend implements SearchBackend {
  private static final Logger LOG = LoggerFactory.getLogger(ResumableBackend.class);

  private static final String OUTCOME = "outcome";
  private static final String TARGETS = "targets";
  private static final String EMITTED = "emitted";
  private static final String FORMATS = "formats";

  /** Targets that are stored at once. */
  private static final int BATCH = 64;

  /** Or as many as there are after so long. */
  private static final long BATCH_NANOS = 5_000_000_000L;

  private final SearchBackend backend;
  private final Checkpoint checkpoint;
  private final Progress progress;

  ResumableBackend(SearchBackend backend, Checkpoint checkpoint, Progress progress) {
    this.backend = backend;
    this.checkpoint = checkpoint;
    this.progress = progress;
  }

  /** A search's outcome as it is stored. */
  private record StoredOutcome(
      String engine,
      long seed,
      Optimality optimality,
      StopReason stop,
      BigInteger covered,
      List<GenerationRecord> generations,
      List<SolvedTarget> targets) {}

  /** Solved targets by index, as they are stored. */
  private record Batch(List<Integer> indices, List<SolvedTarget> targets) {}

  /** The outcome of a search that is one stage. */
  SearchOutcome outcome(SearchProblem problem, Supplier<SearchOutcome> search) {
    Optional<byte[]> stored = checkpoint.get(OUTCOME);
    if (stored.isEmpty()) {
      SearchOutcome found = search.get();
      checkpoint.put(
          OUTCOME,
          Json.write(
              new StoredOutcome(
                  found.engine(),
                  found.seed(),
                  found.optimality(),
                  found.stop(),
                  found.covered(),
                  found.generations(),
                  found.targets().stream().map(SolvedTarget::of).toList())));
      return found;
    }
    progress.note("Going on with an interrupted run of this request: the search is done.");
    StoredOutcome outcome = Json.read(stored.get(), StoredOutcome.class, "checkpoint");
    List<TargetResult> results = new ArrayList<>();
    for (int t = 0; t < outcome.targets().size(); t++) {
      results.add(
          outcome.targets().get(t).result(problem.targets().get(t), problem.space().length()));
    }
    return new SearchOutcome(
        outcome.engine(),
        outcome.seed(),
        outcome.optimality(),
        outcome.stop(),
        outcome.covered(),
        outcome.generations(),
        results);
  }

  @Override
  public void solve(
      TargetwiseEngine engine,
      TargetTask task,
      List<SearchTarget> targets,
      SolvedListener listener) {
    Map<Integer, SolvedTarget> known = new TreeMap<>();
    for (byte[] json : checkpoint.all(TARGETS)) {
      Batch batch = Json.read(json, Batch.class, "checkpoint");
      for (int i = 0; i < batch.indices().size(); i++) {
        known.put(batch.indices().get(i), batch.targets().get(i));
      }
    }
    if (!known.isEmpty()) {
      progress.note(
          "Going on with an interrupted run of this request: %d of %d targets are done."
              .formatted(known.size(), targets.size()));
    }
    known.forEach(listener::solved);
    List<Integer> open = new ArrayList<>();
    for (int t = 0; t < targets.size(); t++) {
      if (!known.containsKey(t)) {
        open.add(t);
      }
    }
    if (open.isEmpty()) {
      return;
    }
    Map<Integer, SolvedTarget> unsaved = new TreeMap<>();
    long[] saved = {System.nanoTime()};
    backend.solve(
        engine,
        task,
        open.stream().map(targets::get).toList(),
        (i, solved) -> {
          unsaved.put(open.get(i), solved);
          listener.solved(open.get(i), solved);
          if (unsaved.size() >= BATCH || System.nanoTime() - saved[0] > BATCH_NANOS) {
            save(unsaved);
            saved[0] = System.nanoTime();
          }
        });
    save(unsaved);
  }

  private void save(Map<Integer, SolvedTarget> unsaved) {
    if (!unsaved.isEmpty()) {
      checkpoint.add(
          TARGETS,
          Json.write(new Batch(List.copyOf(unsaved.keySet()), List.copyOf(unsaved.values()))));
      unsaved.clear();
    }
  }

  @Override
  public IslandSearch.Runner islands(
      SearchEngine engine, SearchProblem problem, AccuracyPredictor predictor) {
    return backend.islands(engine, problem, predictor);
  }

  @Override
  public CandidateScorer scorer(AccuracyPredictor predictor, CostColumns columns) {
    return backend.scorer(predictor, columns);
  }

  @Override
  public List<EmittedSubnet> emit(
      EmissionInputs inputs, List<Architecture> architectures, Stage stage) {
    Map<Architecture, EmittedSubnet> done = new HashMap<>();
    for (Architecture architecture : architectures) {
      stored(EMITTED, architecture, EmittedSubnet.class)
          .ifPresent(subnet -> done.put(architecture, subnet));
    }
    if (!done.isEmpty()) {
      progress.note("%d models were made before the run was interrupted.".formatted(done.size()));
    }
    List<Architecture> open = architectures.stream().filter(a -> !done.containsKey(a)).toList();
    if (!open.isEmpty()) {
      for (EmittedSubnet subnet : backend.emit(inputs, open, n -> stage.done(done.size() + n))) {
        store(EMITTED, subnet.architecture(), subnet);
        done.put(subnet.architecture(), subnet);
      }
    }
    return architectures.stream().map(done::get).toList();
  }

  /** The formats of one subnet, as they are stored. */
  private record Deployed(List<FormatDeployment.Outcome> outcomes) implements Serializable {}

  @Override
  public void deploy(
      EmissionInputs inputs, List<FormatDeployment.Order> orders, DeploymentListener listener) {
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      Optional<Deployed> known = stored(FORMATS, orders.get(i).architecture(), Deployed.class);
      if (known.isPresent()) {
        listener.deployed(i, known.get().outcomes());
      } else {
        open.add(i);
      }
    }
    if (open.size() < orders.size()) {
      progress.note(
          "%d models were written in their formats before the run was interrupted."
              .formatted(orders.size() - open.size()));
    }
    if (!open.isEmpty()) {
      backend.deploy(
          inputs,
          open.stream().map(orders::get).toList(),
          (i, outcomes) -> {
            int order = open.get(i);
            store(FORMATS, orders.get(order).architecture(), new Deployed(outcomes));
            listener.deployed(order, outcomes);
          });
    }
  }

  private void store(String kind, Architecture architecture, Serializable made) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(made);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    checkpoint.put(kind + "-" + architecture.toHex(), bytes.toByteArray());
  }

  /** What was made of an architecture; empty where another version wrote it. */
  private <T> Optional<T> stored(String kind, Architecture architecture, Class<T> type) {
    return checkpoint
        .get(kind + "-" + architecture.toHex())
        .flatMap(
            bytes -> {
              try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
                return Optional.of(type.cast(in.readObject()));
              } catch (IOException | ClassNotFoundException e) {
                LOG.info("a stored model cannot be read and is made again", e);
                return Optional.empty();
              }
            });
  }

  @Override
  public void write(SectionedTable table, Path file) {
    backend.write(table, file);
  }
}
