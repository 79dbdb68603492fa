package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Emulated;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Origin;
import dev.espalier.provenance.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a table cannot tell of itself: the device, and where the numbers come from. It has the
 * fields that {@value HardwareProfile#DESCRIPTION} has of them:
 *
 * <pre>
 * device: Samsung Galaxy Note10
 * class: cpu
 * runtime: tflite 2.1
 * precision: float32
 * memory: {ramBytes: 8589934592}      # may be left out
 * provenance:
 *   measured:                         # or emulated, or modelled
 *     ...
 * </pre>
 *
 * @param device as its maker names it
 * @param deviceClass what kind of device it is
 * @param runtime what executes networks there, with its version
 * @param precision of every operator
 * @param memory what the device has
 * @param provenance where numbers come from, one for each origin
 */
public record ProfileDescription(
    String device,
    DeviceClass deviceClass,
    String runtime,
    Precision precision,
    MemoryLimits memory,
    List<Provenance> provenance) {
  public ProfileDescription {
    provenance = List.copyOf(provenance);
  }

  /**
   * Reads the description of a table whose numbers all have one origin.
   *
   * @param document its name in messages, usually its path
   * @throws dev.espalier.document.InvalidDocumentException naming everything that is missing or
   *     wrong
   */
  public static ProfileDescription ofOneOrigin(String document, byte[] yaml) {
    Fields fields = Fields.of(document, yaml);
    ProfileDescription description = read(fields);
    if (description.provenance.isEmpty()) {
      fields.problem("provenance", "measured, emulated or modelled is needed, with its fields");
    } else if (description.provenance.size() > 1) {
      fields.problem(
          "provenance", "a table's numbers have one origin, and here are several: keep one");
    } else if (fields.sound()) {
      precision(description.provenance.get(0))
          .filter(precision -> precision != description.precision)
          .ifPresent(
              precision ->
                  fields.problem(
                      "provenance",
                      "its precision, %s, is not that of the profile, %s"
                          .formatted(Fields.word(precision), Fields.word(description.precision))));
    }
    fields.finish();
    return description;
  }

  /**
   * Reads the description of a device whose numbers are yet to be made: the fields above without
   * {@code provenance}.
   *
   * @param document its name in messages, usually its path
   * @throws dev.espalier.document.InvalidDocumentException naming everything that is missing or
   *     wrong
   */
  public static ProfileDescription ofDevice(String document, byte[] yaml) {
    Fields fields = Fields.of(document, yaml);
    ProfileDescription description = readDevice(fields);
    fields.finish();
    return description;
  }

  private static Optional<Precision> precision(Provenance provenance) {
    if (provenance instanceof Measured measured) {
      return Optional.of(measured.precision());
    }
    return provenance instanceof Emulated emulated
        ? Optional.of(emulated.precision())
        : Optional.empty();
  }

  /** The device alone, for numbers of another origin. */
  public ProfileDescription ofDevice() {
    return with(List.of());
  }

  /** The YAML that {@link #ofOneOrigin} reads. */
  public byte[] toYaml() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    write(root);
    return HardwareProfile.yaml(root);
  }

  /** Adds its members to an object. */
  void write(ObjectNode root) {
    root.put("device", device);
    root.put("class", Fields.word(deviceClass));
    root.put("runtime", runtime);
    root.put("precision", Fields.word(precision));
    if (!memory.equals(MemoryLimits.UNKNOWN)) {
      memory.write(root.putObject("memory"));
    }
    ObjectNode origins = root.putObject("provenance");
    provenance.forEach(p -> p.write(origins.putObject(Fields.word(p.origin()))));
  }

  /** Reads its members of an object; they may be used once that has been found sound. */
  static ProfileDescription read(Fields fields) {
    ProfileDescription device = readDevice(fields);
    Fields origins = fields.object("provenance");
    List<Provenance> provenance = new ArrayList<>();
    for (Origin origin : Origin.values()) {
      origins
          .optionalObject(Fields.word(origin))
          .ifPresent(o -> provenance.add(Provenance.read(origin, o)));
    }
    return device.with(provenance);
  }

  private static ProfileDescription readDevice(Fields fields) {
    return new ProfileDescription(
        fields.text("device"),
        fields.choice("class", DeviceClass.class),
        fields.text("runtime"),
        fields.choice("precision", Precision.class),
        fields.optionalObject("memory").map(MemoryLimits::read).orElse(MemoryLimits.UNKNOWN),
        List.of());
  }

  private ProfileDescription with(List<Provenance> origins) {
    return new ProfileDescription(device, deviceClass, runtime, precision, memory, origins);
  }
}
