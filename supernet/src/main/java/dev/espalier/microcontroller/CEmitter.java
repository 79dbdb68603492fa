package dev.espalier.microcontroller;

import dev.espalier.deploy.EmittedFile;
import dev.espalier.deploy.InexpressibleException;
import dev.espalier.deploy.IntegerEmitter;
import dev.espalier.deploy.RunnableModel;
import dev.espalier.graph.QuantisedGraph;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes C11 for microcontrollers, a header and a source ({@link MicrocontrollerModel}), whose
 * first kernels may run patch by patch. What was written is compiled and run by this machine's own
 * compiler.
 */
public final class CEmitter implements IntegerEmitter {
  /** The name of this format. */
  public static final String FORMAT = "c";

  private final Patches patches;

  /** On whole maps. */
  public CEmitter() {
    this(Patches.NONE);
  }

  private CEmitter(Patches patches) {
    this.patches = patches;
  }

  /** The format with some patches, as {@link dev.espalier.deploy.Emitter#of} reads it. */
  public static String format(Patches patches) {
    return patches.equals(Patches.NONE) ? FORMAT : FORMAT + ":" + patches;
  }

  @Override
  public CEmitter in(String way) {
    return new CEmitter(Patches.parse(way));
  }

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String version() {
    return patches.equals(Patches.NONE) ? "C11" : "C11, " + patches.words();
  }

  @Override
  public List<String> fileNames() {
    return List.of(MicrocontrollerModel.PREFIX + ".h", MicrocontrollerModel.PREFIX + ".c");
  }

  @Override
  public List<EmittedFile> files(QuantisedGraph graph) {
    MicrocontrollerModel model;
    try {
      model = MicrocontrollerModel.of(graph, MicrocontrollerModel.PREFIX, patches);
    } catch (UnsupportedNodeException e) {
      throw new InexpressibleException(FORMAT, e.node(), e.what());
    }
    return List.of(
        new EmittedFile(model.headerName(), model.header().getBytes(StandardCharsets.UTF_8)),
        new EmittedFile(model.sourceName(), model.source().getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<String> unrunnable() {
    return Platform.HOST.missing();
  }

  @Override
  public OptionalLong arenaBytes(List<EmittedFile> files) {
    return OptionalLong.of(CompiledModel.arenaBytes(files));
  }

  @Override
  public RunnableModel load(List<EmittedFile> files, int threads) {
    return CompiledModel.load(files);
  }
}
