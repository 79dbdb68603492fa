package dev.espalier.dataset;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The IDX files of MNIST and its kin, gzipped or not.
 *
 * <p>Layout, big endian: magic {@code 00 00 08 D} (unsigned bytes, D dimensions), D sizes of 4
 * bytes, then the data. Images have 3 dimensions, labels 1.
 */
public final class IdxFiles {
  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;
  private static final int MAX_CLASSES = 127;

  private IdxFiles() {}

  /**
   * Reads images of one channel and their labels.
   *
   * @throws DatasetException naming the file if one is missing, truncated, or not IDX, or if the
   *     two do not belong together
   */
  public static ImageSet read(Path images, Path labels, Configuration configuration) {
    return read(
        () -> images.getFileSystem(configuration).open(images),
        images.toString(),
        () -> labels.getFileSystem(configuration).open(labels),
        labels.toString());
  }

  /**
   * Reads images of one channel and their labels from bytes.
   *
   * @param source named in errors
   * @throws DatasetException as {@link #read(Path, Path, Configuration)}
   */
  public static ImageSet read(byte[] images, byte[] labels, String source) {
    return read(
        () -> new ByteArrayInputStream(images),
        source + " (images)",
        () -> new ByteArrayInputStream(labels),
        source + " (labels)");
  }

  @FunctionalInterface
  private interface Source {
    InputStream open() throws IOException;
  }

  private static ImageSet read(Source images, String imagesName, Source labels, String labelsName) {
    int[] shape = new int[3];
    byte[] pixels = readFile(images, imagesName, IMAGES, shape);
    int[] count = new int[1];
    byte[] classes = readFile(labels, labelsName, LABELS, count);
    if (shape[0] != count[0]) {
      throw new DatasetException(
          "%s holds %d images, %s %d labels: they do not belong together"
              .formatted(imagesName, shape[0], labelsName, count[0]));
    }
    if (shape[1] != shape[2]) {
      throw new DatasetException(
          "%s: images of %d x %d; only square ones can be used"
              .formatted(imagesName, shape[1], shape[2]));
    }
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0) {
        throw new DatasetException(
            "%s: label %d of image %d; 0 to %d are allowed"
                .formatted(labelsName, classes[i] & 0xff, i, MAX_CLASSES));
      }
    }
    return new ImageSet(1, shape[1], pixels, classes);
  }

  private static byte[] readFile(Source source, String file, int magic, int[] shape) {
    try (InputStream raw = source.open();
        DataInputStream in = new DataInputStream(plain(new BufferedInputStream(raw, 1 << 16)))) {
      int found = in.readInt();
      if (found != magic) {
        throw new DatasetException(
            "%s is not an IDX file of %s: it starts with %08x, not %08x"
                .formatted(file, magic == IMAGES ? "images" : "labels", found, magic));
      }
      long size = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = in.readInt();
        size *= shape[i];
      }
      if (size < 0 || size > Integer.MAX_VALUE - 16) {
        throw new DatasetException(file + ": " + size + " bytes of data are too many");
      }
      byte[] data = new byte[(int) size];
      in.readFully(data);
      if (in.read() >= 0) {
        throw new DatasetException(
            file + " goes on after the " + size + " bytes its header states");
      }
      return data;
    } catch (EOFException e) {
      throw new DatasetException(file + " is truncated: fetch it again", e);
    } catch (IOException e) {
      throw new DatasetException(
          file + " cannot be read (" + e.getMessage() + "): check the path and its permissions", e);
    }
  }

  private static InputStream plain(BufferedInputStream in) throws IOException {
    in.mark(2);
    int first = in.read();
    int second = in.read();
    in.reset();
    return first == 0x1f && second == 0x8b ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /** Images of one channel as a gzipped file; equal sets give equal bytes. */
  public static byte[] writeImages(ImageSet set) {
    if (set.channels() != 1) {
      throw new IllegalArgumentException("IDX images have one channel, not " + set.channels());
    }
    return write(IMAGES, new int[] {set.count(), set.side(), set.side()}, set.pixels());
  }

  /** Labels as a gzipped file; equal sets give equal bytes. */
  public static byte[] writeLabels(ImageSet set) {
    return write(LABELS, new int[] {set.count()}, set.labels());
  }

  private static byte[] write(int magic, int[] shape, byte[] data) {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * shape.length).putInt(magic);
    for (int size : shape) {
      header.putInt(size);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(header.array());
      zip.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return out.toByteArray();
  }
}
