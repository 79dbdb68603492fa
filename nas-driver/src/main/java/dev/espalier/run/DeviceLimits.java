package dev.espalier.run;

import dev.espalier.memory.MemoryModel;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the memory of a device allows, whatever a request asks: SRAM limits the peak of activations,
 * flash limits the weights. RAM that holds both limits each of them; their sum is no cost that
 * engines know, so that a model may need up to twice as much. Limits that no architecture of the
 * space reaches are left out; where the space has no memory model, nothing is limited.
 */
final class DeviceLimits {
  private DeviceLimits() {}

  /**
   * The limits of a profile, at most one for each quantity, the tightest.
   *
   * @param has what the device has
   * @param profile its name
   * @param known memory of the space, in the profile's precision
   */
  static List<Constraint> of(MemoryLimits has, String profile, Optional<MemoryModel> known) {
    return known.map(memory -> of(has, profile, memory)).orElse(List.of());
  }

  private static List<Constraint> of(MemoryLimits has, String profile, MemoryModel memory) {
    List<Constraint> limits = new ArrayList<>();
    tightest(Quantity.PEAK_MEMORY, "sram", has.sramBytes(), has.ramBytes(), profile)
        .filter(limit -> limit.limit() < memory.mostPeakBytes())
        .ifPresent(limits::add);
    tightest(Quantity.WEIGHT_MEMORY, "flash", has.flashBytes(), has.ramBytes(), profile)
        .filter(limit -> limit.limit() < memory.mostWeightBytes())
        .ifPresent(limits::add);
    return limits;
  }

  /** The tightest limit of a target on the peak of activations, asked for or its device's. */
  static Optional<Constraint> onPeak(Target target) {
    MemoryLimits has = target.description().memory();
    Optional<Constraint> device =
        tightest(Quantity.PEAK_MEMORY, "sram", has.sramBytes(), has.ramBytes(), target.profile());
    return Stream.concat(device.stream(), target.limits().stream())
        .filter(limit -> limit.quantity() == Quantity.PEAK_MEMORY)
        .min(Comparator.comparingDouble(Constraint::limit));
  }

  private static Optional<Constraint> tightest(
      Quantity quantity,
      String ownName,
      OptionalLong ownBytes,
      OptionalLong ramBytes,
      String profile) {
    long own = ownBytes.orElse(Long.MAX_VALUE);
    long ram = ramBytes.orElse(Long.MAX_VALUE);
    if (Math.min(own, ram) == Long.MAX_VALUE) {
      return Optional.empty();
    }
    String name = own <= ram ? ownName : "ram";
    return Optional.of(
        new Constraint(quantity, Math.min(own, ram), name + " of profile " + profile));
  }
}
