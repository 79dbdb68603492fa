package dev.espalier.importer;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Precision;
import dev.espalier.profile.ComputeRate;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.profile.TableSource;
import dev.espalier.provenance.Origin;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/** Makes a profile of the files of a table and a description of what it is of. */
public final class ProfileImport {
  /** Tables of fewer operators are too small to be judged as a whole. */
  private static final int FEWEST_JUDGED = 8;

  private final String name;
  private final String format;
  private final List<Path> files;
  private final Path description;
  private final Optional<Path> mapping;

  private ProfileImport(Builder builder) {
    this.name = Objects.requireNonNull(builder.name, "name");
    this.format = Objects.requireNonNull(builder.format, "format");
    this.files = List.copyOf(builder.files);
    this.description = Objects.requireNonNull(builder.description, "description");
    this.mapping = builder.mapping;
  }

  /** Starts an import. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads everything; writes nothing.
   *
   * @throws InvalidDocumentException listing every problem: of the name, the format, the
   *     description, the mapping and the files, each with the file and, where it has one, the line
   */
  public ImportedProfile read(Storage storage) {
    Attempts attempts = new Attempts(storage);
    Optional<ImportedProfile> profile = attempts.profile();
    if (profile.isEmpty() || !attempts.problems.isEmpty()) {
      throw new InvalidDocumentException("nothing is imported", attempts.problems);
    }
    return profile.get();
  }

  /** What was tried, and what was found wrong so far. */
  private final class Attempts {
    private final Storage storage;
    private final List<String> problems = new ArrayList<>();
    private final SortedMap<String, String> digests = new TreeMap<>();

    Attempts(Storage storage) {
      this.storage = storage;
    }

    Optional<ImportedProfile> profile() {
      attempt("", () -> HardwareProfile.requireName(name));
      Optional<TableImporter> importer = attempt("", () -> TableImporter.named(format));
      Optional<ProfileDescription> described =
          attempt(
              description + ": ",
              () ->
                  ProfileDescription.ofOneOrigin(
                      description.toString(), storage.read(description)));
      Optional<SourceFile> mapped = mapping.flatMap(this::file);
      List<SourceFile> sources = new ArrayList<>();
      files.forEach(file -> file(file).ifPresent(sources::add));
      if (importer.isEmpty() || sources.isEmpty() || mapped.isPresent() != mapping.isPresent()) {
        return Optional.empty();
      }
      Optional<ImportedTable> table =
          described.flatMap(d -> table(importer.get(), sources, settings(d, mapped)));
      if (described.isEmpty()) {
        noteProblems(importer.get(), sources, mapped);
      }
      if (table.isEmpty() || !problems.isEmpty()) {
        return Optional.empty();
      }
      noteImplausible(described.orElseThrow(), table.get().table());
      return attempt("", () -> profile(described.orElseThrow(), table.get()));
    }

    /** What single lines cannot show: another unit, or a column that is no latency. */
    private void noteImplausible(ProfileDescription described, LatencyTable table) {
      if (table.size() < FEWEST_JUDGED) {
        return;
      }
      double[] micros =
          table.entries().values().stream().mapToDouble(LatencyEntry::micros).distinct().toArray();
      if (micros.length == 1) {
        problems.add(
            "all %d operators take %s us: that column is no latency; check which one it is"
                .formatted(table.size(), Readings.micros(micros[0])));
      }
      double[] rates =
          table.entries().entrySet().stream()
              .filter(e -> e.getValue().micros() > 0)
              .mapToDouble(e -> e.getKey().macs() / e.getValue().micros())
              .toArray();
      ComputeRate.implausible(described.deviceClass(), rates).ifPresent(problems::add);
    }

    private static ImportSettings settings(
        ProfileDescription described, Optional<SourceFile> mapped) {
      return new ImportSettings(
          described.precision(), described.provenance().get(0).origin(), mapped);
    }

    /** Empty where something is wrong, which is noted, with the settings or with the files. */
    private Optional<ImportedTable> table(
        TableImporter importer, List<SourceFile> sources, ImportSettings settings) {
      try {
        return Optional.of(TableImport.read(importer, sources, settings));
      } catch (InvalidDocumentException e) {
        problems.addAll(e.problems());
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
        noteProblems(importer, sources, settings.mapping());
      }
      return Optional.empty();
    }

    /**
     * Without sound settings there is nothing to import, but the files' problems are found all the
     * same: in the precision that leaves the fewest. If the importer admits none, that is noted.
     */
    private void noteProblems(
        TableImporter importer, List<SourceFile> sources, Optional<SourceFile> mapped) {
      List<String> fewest = null;
      String refusal = null;
      for (Precision precision : Precision.values()) {
        List<String> found = List.of();
        try {
          TableImport.read(
              importer, sources, new ImportSettings(precision, Origin.MEASURED, mapped));
        } catch (InvalidDocumentException e) {
          found = e.problems();
        } catch (IllegalArgumentException e) {
          refusal = e.getMessage();
          continue;
        }
        if (fewest == null || found.size() < fewest.size()) {
          fewest = found;
        }
      }
      if (fewest != null) {
        problems.addAll(fewest);
      } else if (!problems.contains(refusal)) {
        problems.add(refusal);
      }
    }

    private Optional<SourceFile> file(Path path) {
      return attempt(
          path + ": ",
          () -> {
            byte[] content = storage.read(path);
            String name = digests.containsKey(path.getName()) ? path.toString() : path.getName();
            digests.put(name, Digest.of(content));
            return SourceFile.of(path.toString(), content);
          });
    }

    private ImportedProfile profile(ProfileDescription described, ImportedTable table) {
      return new ImportedProfile(
          HardwareProfile.builder()
              .name(name)
              .description(described)
              .source(
                  new TableSource(
                      format,
                      files.size(),
                      table.entries(),
                      table.pooled(),
                      Digest.ofParts(digests)))
              .table(table.table())
              .build(),
          table);
    }

    /** Empty where it failed for a reason that whoever imports can mend, which is noted. */
    private <T> Optional<T> attempt(String document, Supplier<T> supplier) {
      try {
        return Optional.of(supplier.get());
      } catch (InvalidDocumentException e) {
        e.problems().forEach(problem -> problems.add(document + problem));
      } catch (IllegalArgumentException | ArtefactException e) {
        problems.add(e.getMessage());
      }
      return Optional.empty();
    }
  }

  /** Collects what an import needs; only the mapping may be left out. */
  public static final class Builder {
    private String name;
    private String format;
    private List<Path> files = List.of();
    private Path description;
    private Optional<Path> mapping = Optional.empty();

    private Builder() {}

    /** Of the profile. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** The {@link TableImporter#format()} of the files. */
    public Builder format(String value) {
      this.format = value;
      return this;
    }

    /** Of one table, at least one. */
    public Builder files(List<Path> value) {
      this.files = List.copyOf(value);
      return this;
    }

    /** The file that says what the numbers are of; see {@link ProfileDescription}. */
    public Builder description(Path value) {
      this.description = value;
      return this;
    }

    /** The file that says what columns mean, for formats that need one. */
    public Builder mapping(Path value) {
      this.mapping = Optional.of(value);
      return this;
    }

    /** Makes the import. */
    public ProfileImport build() {
      return new ProfileImport(this);
    }
  }
}
