package dev.espalier.importer;

import dev.espalier.document.InvalidDocumentException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * A file to import.
 *
 * @param name its name in messages, usually its path
 * @param text its content, without a byte order mark
 */
public record SourceFile(String name, String text) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /**
   * A file of these bytes.
   *
   * @throws InvalidDocumentException if they are not UTF-8
   */
  public static SourceFile of(String name, byte[] content) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(content))
              .toString();
      return new SourceFile(
          name, text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text);
    } catch (CharacterCodingException e) {
      throw new InvalidDocumentException(
          name, "is not UTF-8: import text, or convert it with iconv", e);
    }
  }

  /** A line of it, as messages name it. */
  public String place(int line) {
    return name + ", line " + line;
  }
}
