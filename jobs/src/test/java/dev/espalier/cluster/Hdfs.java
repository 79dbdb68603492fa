package dev.espalier.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.MiniDFSCluster.DataNodeProperties;

/** HDFS of one name node and two data nodes, with two copies of each block, in this JVM. */
final class Hdfs {
  private static final int DATA_NODES = 2;

  private static Hdfs shared;

  private final MiniDFSCluster cluster;
  private DataNodeProperties stopped;

  private Hdfs(Path folder) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    configuration.set(
        "hadoop.http.temp.dir", Files.createDirectory(folder.resolve("http")).toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(DATA_NODES).build();
    cluster.waitActive();
  }

  /** The one of this JVM, started by the first who asks. */
  static synchronized Hdfs shared() {
    if (shared == null) {
      try {
        Path folder = Files.createTempDirectory("espalier-hdfs");
        shared = new Hdfs(folder);
        TemporaryFolders.deleteAtExit(folder, shared.cluster::shutdown);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** A path from the root, with scheme and port. */
  org.apache.hadoop.fs.Path path(String absolute) {
    return new org.apache.hadoop.fs.Path(cluster.getURI().toString() + absolute);
  }

  /** Copies a local folder with all it holds. */
  void copy(Path local, org.apache.hadoop.fs.Path to) {
    try {
      fileSystem().copyFromLocalFile(new org.apache.hadoop.fs.Path(local.toUri()), to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FileSystem fileSystem() {
    try {
      return cluster.getFileSystem();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends one data node; the name node is not told, as when a machine dies. */
  void stopDataNode() {
    stopped = cluster.stopDataNode(0);
  }

  /** Starts the data node that was ended. */
  void restartDataNode() {
    try {
      cluster.restartDataNode(stopped);
      cluster.waitActive();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
