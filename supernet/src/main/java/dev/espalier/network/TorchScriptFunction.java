package dev.espalier.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A unary PyTorch operator that DJL does not expose, reached through a TorchScript module of one
 * line. Differentiable; safe to call from several threads.
 *
 * <p>The archive that PyTorch loads is a zip of stored entries: the code, a pickled module object
 * without parameters, an empty tuple of constants and a version.
 */
final class TorchScriptFunction {
  private final PtSymbolBlock module;

  /**
   * Compiles {@code return expression}, where {@code x} is the argument.
   *
   * @param manager owns the module
   */
  TorchScriptFunction(NDManager manager, String expression) {
    try (ByteArrayInputStream archive = new ByteArrayInputStream(archive(expression))) {
      module = JniUtils.loadModule((PtNDManager) manager, archive, false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies it; the result belongs to the manager of {@code x}. */
  NDArray apply(NDArray x) {
    // The flag asks for gradients only where they are recorded: without it torch disables them.
    NDArray y =
        IValueUtils.forward(module, new NDList(x), JniUtils.isGradMode()).singletonOrThrow();
    y.attach(x.getManager());
    return y;
  }

  private static byte[] archive(String expression) throws IOException {
    String code =
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
            + "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n    return "
            + expression
            + "\n";
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // protocol 2
    pickle.writeBytes("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII));
    pickle.writeBytes(
        new byte[] {')', (byte) 0x81, '}', '(', 'X'}); // new object, its state: a dict
    byte[] key = "training".getBytes(StandardCharsets.US_ASCII);
    pickle.writeBytes(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(key.length).array());
    pickle.writeBytes(key);
    pickle.writeBytes(new byte[] {(byte) 0x88, 'u', 'b', '.'}); // true, set items, build, stop
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickle.toByteArray());
      store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.US_ASCII));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("archive/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
