package dev.espalier.artefact;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk as a file system that nobody recognises as local: it is reached through Hadoop's
 * general interfaces, as HDFS is.
 */
public final class OtherFileSystem extends org.apache.hadoop.fs.FilterFileSystem {
  static final String SCHEME = "other";

  /** Made by Hadoop. */
  public OtherFileSystem() {
    super(new Raw());
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create(SCHEME + ":///");
    }
  }

  /** The same for {@code FileContext}. */
  public static final class Context extends DelegateToFileSystem {
    /** Made by Hadoop. */
    public Context(URI uri, Configuration configuration) throws IOException, URISyntaxException {
      super(uri, new Raw(), configuration, SCHEME, false);
    }
  }

  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass(
        "fs." + SCHEME + ".impl", OtherFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    configuration.setClass(
        "fs.AbstractFileSystem." + SCHEME + ".impl",
        Context.class,
        org.apache.hadoop.fs.AbstractFileSystem.class);
    return configuration;
  }
}
