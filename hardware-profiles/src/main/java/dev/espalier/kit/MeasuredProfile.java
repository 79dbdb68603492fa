package dev.espalier.kit;

import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.profile.HardwareProfile;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * A profile's folder with the measurements that its table is made of.
 *
 * @param profile of the device
 * @param measurements of kits on it; none where the profile came about in another way
 */
public record MeasuredProfile(HardwareProfile profile, KitMeasurements measurements) {
  /**
   * Reads a profile's folder.
   *
   * @throws dev.espalier.artefact.ArtefactException if a file cannot be read
   * @throws dev.espalier.document.InvalidDocumentException listing everything wrong with a file
   */
  public static MeasuredProfile read(Storage storage, Path folder) {
    Path file = new Path(folder, KitMeasurements.FILE);
    return new MeasuredProfile(
        HardwareProfile.read(storage, folder),
        storage.exists(file)
            ? KitMeasurements.ofCsv(file.toString(), storage.read(file))
            : KitMeasurements.NONE);
  }

  /**
   * Publishes it as a folder, in place of the profile that it was made from, where there is one;
   * other files that lie there stay. Until the new folder is whole the old one is.
   *
   * @param folder that is read by {@link #read}
   * @param before what was read there; must still be there, or nothing is written
   */
  public void replace(Storage storage, Path folder, MeasuredProfile before) {
    try (Staging staging = Staging.openReplacing(storage, folder)) {
      write(staging);
      List<String> known =
          List.of(HardwareProfile.DESCRIPTION, HardwareProfile.TABLE, HardwareProfile.NETWORKS);
      for (String other : storage.list(folder)) {
        if (!known.contains(other) && !other.equals(KitMeasurements.FILE)) {
          staging.write(other, storage.read(new Path(folder, other)));
        }
      }
      staging.replace(aside -> read(storage, aside).equals(before));
    }
  }

  /**
   * Publishes it as a folder.
   *
   * @throws dev.espalier.artefact.ArtefactException if the folder is not vacant or cannot be
   *     written
   */
  public void write(Storage storage, Path folder) {
    try (Staging staging = Staging.open(storage, folder)) {
      write(staging);
      staging.publish();
    }
  }

  private void write(Staging staging) {
    profile.files().forEach(staging::write);
    staging.write(KitMeasurements.FILE, measurements.toCsv());
  }
}
