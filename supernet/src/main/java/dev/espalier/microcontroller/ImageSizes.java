package dev.espalier.microcontroller;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model takes in an image, as its linker map says.
 *
 * @param constantBytes of weights, channels and tables
 * @param codeBytes of instructions and what the compiler puts beside them
 * @param arenaBytes of the arena
 */
public record ImageSizes(long constantBytes, long codeBytes, long arenaBytes) {

  /** Flash: constants and code. */
  public long flashBytes() {
    return constantBytes + codeBytes;
  }

  /** What the object file of a model gave to an image. */
  static ImageSizes read(String map, String prefix) {
    // Sections that stay have an address; those that the linker drops are listed before.
    int memory = Math.max(map.indexOf("Linker script and memory map"), 0);
    Matcher section =
        Pattern.compile(
                "\\s\\.(text|rodata|bss|data)\\.?(\\S*)\\s+0x[0-9a-f]+\\s+0x([0-9a-f]+)\\s+\\S*?"
                    + Pattern.quote(prefix + ".o")
                    + "\\b")
            .matcher(map);
    long constants = 0;
    long code = 0;
    long arena = 0;
    for (int at = memory; section.find(at); at = section.end()) {
      long bytes = Long.parseLong(section.group(3), 16);
      String name = section.group(2);
      if (name.startsWith("weights_")
          || name.startsWith("channels_")
          || name.startsWith("patches_")
          || name.startsWith("table_")) {
        constants += bytes;
      } else if (section.group(1).equals("bss")) {
        arena += bytes;
      } else {
        code += bytes;
      }
    }
    return new ImageSizes(constants, code, arena);
  }
}
