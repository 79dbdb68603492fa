package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import java.util.OptionalLong;

/**
 * Bytes that a device has; empty where it is not known or does not bind. Searches keep within them.
 *
 * @param sramBytes for activations
 * @param flashBytes for weights and code
 * @param ramBytes for everything, on devices that do not tell the two apart
 */
public record MemoryLimits(OptionalLong sramBytes, OptionalLong flashBytes, OptionalLong ramBytes) {
  /** No limit is known. */
  public static final MemoryLimits UNKNOWN =
      new MemoryLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  public MemoryLimits {
    if (sramBytes.orElse(1) < 1 || flashBytes.orElse(1) < 1 || ramBytes.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "memory limits sram %s, flash %s, ram %s: bytes must be at least 1"
              .formatted(sramBytes, flashBytes, ramBytes));
    }
  }

  void write(ObjectNode object) {
    sramBytes.ifPresent(bytes -> object.put("sramBytes", bytes));
    flashBytes.ifPresent(bytes -> object.put("flashBytes", bytes));
    ramBytes.ifPresent(bytes -> object.put("ramBytes", bytes));
  }

  static MemoryLimits read(Fields fields) {
    return new MemoryLimits(
        fields.optionalInteger("sramBytes", 1, Long.MAX_VALUE),
        fields.optionalInteger("flashBytes", 1, Long.MAX_VALUE),
        fields.optionalInteger("ramBytes", 1, Long.MAX_VALUE));
  }
}
