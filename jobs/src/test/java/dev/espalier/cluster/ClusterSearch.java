package dev.espalier.cluster;

import dev.espalier.artefact.Storage;
import dev.espalier.job.TinySupernet;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.SearchBackend;
import dev.espalier.run.SearchInputsLoader;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.run.SearchRun;
import dev.espalier.run.SupernetCatalogue;
import dev.espalier.spark.SparkSearchBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;

/**
 * One search, whose inputs lie in a folder of any file system. Its batches are large enough to be
 * scored on executors.
 */
final class ClusterSearch {
  static final String SUPERNET = "tiny";

  private static final List<String> TARGETS = List.of("near", "far");

  /** Executors, and so least tasks of a stage. */
  private static final int PARTITIONS = 4;

  /** Candidates are scored in tasks. */
  static final SearchRequest SCORING =
      request("{kind: evolution, population: 5000, generations: 2}");

  /** Candidates are sampled, bred and scored in tasks. */
  static final SearchRequest ISLANDS =
      request("{kind: evolution, population: 200, generations: 4, islands: 2, migration: 2}");

  private ClusterSearch() {}

  private static SearchRequest request(String engine) {
    return SearchRequestReader.read(
        "test",
        """
        supernet: %s
        targets: %s
        budgets: 2
        seed: 3
        engine: %s
        formats: [onnx-int8]
        """
            .formatted(SUPERNET, TARGETS, engine));
  }

  /** Nothing is timed: searches are the same on every machine. */
  private static final class NothingAtHand implements ModelTimer {
    @Override
    public boolean reaches(ProfileDescription profile) {
      return false;
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      throw new IllegalStateException("no device is at hand");
    }

    @Override
    public String conditions() {
      return "none";
    }
  }

  /** Writes a supernet and two profiles below a folder. */
  static void writeInputs(Path folder) {
    TinySupernet.write(folder.resolve("supernets").resolve(SUPERNET), TinySupernet.LARGE_SPACE);
    for (String target : TARGETS) {
      TinySupernet.writeProfile(
          folder.resolve("profiles").resolve(target),
          target,
          MemoryLimits.UNKNOWN,
          TinySupernet.LARGE_SPACE);
    }
  }

  static SupernetCatalogue supernets(Storage storage, org.apache.hadoop.fs.Path inputs) {
    return new SupernetCatalogue(
        storage, List.of(new org.apache.hadoop.fs.Path(inputs, "supernets")));
  }

  /** Where work is done in a session. */
  static SearchBackend backend(SparkSession session) {
    return new SparkSearchBackend(session, OptionalInt.of(PARTITIONS));
  }

  /** Searches with the inputs of a folder, and publishes into another. */
  static SearchResult run(
      SparkSession session, org.apache.hadoop.fs.Path inputs, org.apache.hadoop.fs.Path output) {
    return run(session, backend(session), SCORING, inputs, output);
  }

  static SearchResult run(
      SparkSession session,
      SearchBackend backend,
      SearchRequest request,
      org.apache.hadoop.fs.Path inputs,
      org.apache.hadoop.fs.Path output) {
    Storage storage = new Storage(session.sparkContext().hadoopConfiguration());
    return SearchRun.builder()
        .storage(storage)
        .backend(backend)
        .timer(new NothingAtHand())
        .build()
        .run(
            new SearchInputsLoader(
                    storage,
                    supernets(storage, inputs),
                    new ProfileCatalogue(
                        storage, List.of(new org.apache.hadoop.fs.Path(inputs, "profiles"))))
                .load(request, output),
            output);
  }
}
