package dev.espalier.job;

import dev.espalier.artefact.Storage;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.run.SupernetCatalogue;
import dev.espalier.space.SpaceCatalogue;
import java.nio.file.Path;
import java.util.List;

/**
 * Where named supernets, profiles and spaces are: those that ship, and those of the person who runs
 * Espalier, which hide shipped ones of the same name.
 *
 * @param shipped folder of the distribution
 * @param own folder of the person
 */
public record Home(Path shipped, Path own) {
  private static final String SUPERNETS = "supernets";
  private static final String PROFILES = "profiles";
  private static final String SPACES = "spaces";

  /**
   * From the system property {@code espalier.home}, which the launcher sets to the distribution,
   * and {@code espalier.own}; where that is not set, {@code espalier} in the XDG data folder.
   */
  public static Home ofSystem() {
    String data = System.getenv("XDG_DATA_HOME");
    Path ownDefault =
        data == null || data.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "share", "espalier")
            : Path.of(data, "espalier");
    return new Home(
        Path.of(System.getProperty("espalier.home", ".")),
        Path.of(System.getProperty("espalier.own", ownDefault.toString())));
  }

  /** All supernets that have a name. */
  public SupernetCatalogue supernets(Storage storage) {
    return new SupernetCatalogue(storage, folders(SUPERNETS));
  }

  /** All profiles that have a name. */
  public ProfileCatalogue profiles(Storage storage) {
    return new ProfileCatalogue(storage, folders(PROFILES));
  }

  /** All spaces that have a name. */
  public SpaceCatalogue spaces(Storage storage) {
    return new SpaceCatalogue(storage, folders(SPACES));
  }

  /** Where a profile that is measured or imported here goes. */
  public org.apache.hadoop.fs.Path ownProfile(String name) {
    return hadoop(own.resolve(PROFILES).resolve(name));
  }

  /** Where measured accuracies are kept, so that none is measured twice. */
  public org.apache.hadoop.fs.Path measurements() {
    return hadoop(own.resolve("measurements"));
  }

  /** Where architectures that were trained alone are kept, for comparison with supernets. */
  public org.apache.hadoop.fs.Path comparisons() {
    return hadoop(own.resolve("comparisons"));
  }

  private List<org.apache.hadoop.fs.Path> folders(String kind) {
    return List.of(hadoop(own.resolve(kind)), hadoop(shipped.resolve(kind)));
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toAbsolutePath().normalize().toUri());
  }
}
