package dev.espalier.checkpoint;

import dev.espalier.dataset.IdxFiles;
import dev.espalier.dataset.ImageSet;
import java.util.SortedMap;

/** The images that travel with a supernet, so that jobs need no download. */
public enum ImageSplit {
  /** The first training images: they re-calibrate batch norms. */
  CALIBRATION,
  /** Images that train nothing: they drive accuracy prediction and search. */
  VALIDATION,
  /** Images that neither train nor steer anything: for final figures only. */
  TEST;

  /** Its name in {@code supernet.json} and the prefix of its files. */
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  private String imagesFile() {
    return label() + "-images.idx3.gz";
  }

  private String labelsFile() {
    return label() + "-labels.idx1.gz";
  }

  /**
   * Reads the split of a supernet.
   *
   * @throws dev.espalier.artefact.ArtefactException if the supernet has no such split or its files
   *     are damaged
   */
  public ImageSet read(SupernetFolder folder) {
    return IdxFiles.read(
        folder.file(imagesFile()),
        folder.file(labelsFile()),
        label() + " split of supernet " + folder.name());
  }

  /** Adds the files of the split to those of a folder that is to be written. */
  public void write(ImageSet images, SortedMap<String, byte[]> files) {
    files.put(imagesFile(), IdxFiles.writeImages(images));
    files.put(labelsFile(), IdxFiles.writeLabels(images));
  }
}
