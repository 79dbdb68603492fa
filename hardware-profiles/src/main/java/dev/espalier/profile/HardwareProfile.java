package dev.espalier.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Origin;
import dev.espalier.provenance.Provenance;
import dev.espalier.space.Architecture;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.NetworkTable;
import dev.espalier.work.OperatorLatencyModel;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * One target: a device, a runtime and a precision, with what each operator costs there (by a table,
 * by a model of operators, or by a table and for what it lacks a model), or whole networks of one
 * search space, or both. Immutable and thread-safe.
 */
public final class HardwareProfile {
  /** The file that describes the device. */
  public static final String DESCRIPTION = "profile.yaml";

  /** The file that holds the table. */
  public static final String TABLE = "latency.csv";

  /** The file that holds what whole networks cost, where that is known. */
  public static final String NETWORKS = "networks.csv";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private final String name;
  private final String device;
  private final DeviceClass deviceClass;
  private final String runtime;
  private final Precision precision;
  private final MemoryLimits memory;
  private final Map<Origin, Provenance> provenance;
  private final Optional<Additivity> additivity;
  private final Optional<TableSource> source;
  private final LatencyTable table;
  private final Optional<NetworkTable> networks;
  private final Optional<NetworkModel> networkModel;
  private final Optional<NetworkError> networkError;

  /** Made when first asked for; whoever comes at once makes an equal one. */
  private volatile NetworkTable completed;

  private HardwareProfile(Builder builder) {
    this.name = builder.name;
    this.device = builder.device;
    this.deviceClass = builder.deviceClass;
    this.runtime = builder.runtime;
    this.precision = builder.precision;
    this.memory = builder.memory;
    this.provenance = Collections.unmodifiableMap(new EnumMap<>(builder.provenance));
    this.additivity = builder.additivity;
    this.source = builder.source;
    this.table = builder.table;
    this.networks = builder.networks;
    this.networkModel = builder.networkModel;
    this.networkError = builder.networkError;
  }

  /** Starts a profile. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that holds everything this profile holds. */
  public Builder toBuilder() {
    Builder builder =
        new Builder()
            .name(name)
            .device(device)
            .deviceClass(deviceClass)
            .runtime(runtime)
            .precision(precision)
            .memory(memory)
            .table(table);
    provenance.values().forEach(builder::provenance);
    additivity.ifPresent(builder::additivity);
    source.ifPresent(builder::source);
    networks.ifPresent(builder::networks);
    networkModel.ifPresent(builder::networkModel);
    networkError.ifPresent(builder::networkError);
    return builder;
  }

  /**
   * Checks a name before there is a profile to bear it.
   *
   * @return the name
   * @throws IllegalArgumentException if a profile cannot have it
   */
  public static String requireName(String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name '%s' must be lower-case letters, digits, dots, hyphens and underscores, as in pixel-4"
              .formatted(name));
    }
    return name;
  }

  /** By which requests ask for it. */
  public String name() {
    return name;
  }

  /** As its maker names it. */
  public String device() {
    return device;
  }

  /** What kind of device it is. */
  public DeviceClass deviceClass() {
    return deviceClass;
  }

  /** What executes networks there, with its version. */
  public String runtime() {
    return runtime;
  }

  /** Of every operator in the table, and of every network. */
  public Precision precision() {
    return precision;
  }

  /** What the device has. */
  public MemoryLimits memory() {
    return memory;
  }

  /** Where the tables' numbers come from; one for each origin that occurs in them. */
  public Collection<Provenance> provenance() {
    return provenance.values();
  }

  /** What a comparison with whole networks found, where there was one. */
  public Optional<Additivity> additivity() {
    return additivity;
  }

  /** Everything of it that its table cannot tell. */
  public ProfileDescription description() {
    return new ProfileDescription(
        device, deviceClass, runtime, precision, memory, List.copyOf(provenance.values()));
  }

  /** The files that the table was imported from, where it was. */
  public Optional<TableSource> source() {
    return source;
  }

  /** What each operator costs; empty where whole networks alone are known. */
  public LatencyTable table() {
    return table;
  }

  /** What whole networks of one search space cost, where that is known, without a model. */
  public Optional<NetworkTable> networks() {
    return networks;
  }

  /** What says of the networks that are not in the table, where something does. */
  public Optional<NetworkModel> networkModel() {
    return networkModel;
  }

  /** The error of what is modelled of whole networks, on others kept out, where it is known. */
  public Optional<NetworkError> networkError() {
    return networkError.or(() -> networkModel.map(NetworkModel::error));
  }

  /**
   * The networks of {@link #networks()}, and where there is a model all others of their space by
   * that.
   *
   * @throws IllegalArgumentException if the space is too large to list
   */
  public Optional<NetworkTable> allNetworks() {
    if (networkModel.isEmpty()) {
      return networks;
    }
    if (completed == null) {
      completed = completed(networks.orElseThrow(), networkModel.get());
    }
    return Optional.of(completed);
  }

  private static NetworkTable completed(NetworkTable known, NetworkModel model) {
    if (known.space().size().compareTo(BigInteger.valueOf(NetworkTable.MOST)) > 0) {
      throw new IllegalArgumentException(
          "%s networks of %s are more than the %d that can be listed"
              .formatted(known.space().size(), known.space().family(), NetworkTable.MOST));
    }
    List<Architecture> others = known.missing(NetworkTable.MOST);
    if (others.isEmpty()) {
      return known;
    }
    double[] micros = model.micros(others);
    Map<Architecture, LatencyEntry> entries = new TreeMap<>(known.entries());
    for (int i = 0; i < micros.length; i++) {
      entries.put(
          others.get(i),
          new LatencyEntry(
              micros[i],
              OptionalDouble.empty(),
              OptionalDouble.empty(),
              OptionalLong.of(0),
              Origin.MODELLED));
    }
    return NetworkTable.of(known.space(), entries);
  }

  /** The number of entries of an origin, of operators and of whole networks together. */
  public int entries(Origin origin) {
    return entries(origin, table, networks);
  }

  private static int entries(Origin origin, LatencyTable table, Optional<NetworkTable> networks) {
    long operators = table.entries().values().stream().filter(e -> e.origin() == origin).count();
    return (int) operators + networks.map(n -> n.origins().getOrDefault(origin, 0)).orElse(0);
  }

  /**
   * Reads a profile's folder.
   *
   * @throws dev.espalier.artefact.ArtefactException if a file cannot be read
   * @throws InvalidDocumentException listing everything wrong with a file, a table that was altered
   *     included
   */
  public static HardwareProfile read(Storage storage, Path folder) {
    Path description = new Path(folder, DESCRIPTION);
    String document = description.toString();
    byte[] yaml = storage.read(description);
    Fields fields = Fields.of(document, yaml);
    String name = fields.text("name");
    ProfileDescription described = ProfileDescription.read(fields);
    Optional<Additivity> additivity = fields.optionalObject("additivity").map(Additivity::read);
    Optional<TableSource> source = fields.optionalObject("source").map(TableSource::read);
    Optional<NetworksSection> networks =
        fields.optionalObject("networks").map(section -> NetworksSection.read(section, yaml));
    Optional<String> model = fields.optionalObject("model").map(m -> m.text("sha256"));
    Optional<FileDigest> table =
        networks.isPresent() || model.isPresent()
            ? fields.optionalObject("table").map(t -> FileDigest.read(t, "operators"))
            : Optional.of(FileDigest.read(fields.object("table"), "operators"));
    fields.finish();

    LatencyTable operators = LatencyTable.of(Map.of());
    if (table.isPresent()) {
      Path file = new Path(folder, TABLE);
      byte[] csv = storage.read(file);
      operators = LatencyTable.ofCsv(file.toString(), csv);
      table.get().require(file.toString(), csv, operators.size(), document);
    }
    if (model.isPresent()) {
      Path file = new Path(folder, OperatorLatencyModel.FILE);
      operators =
          operators.completedBy(model(file.toString(), storage.read(file), document, model.get()));
    }
    Builder builder = new Builder().name(name).description(described).table(operators);
    networks.ifPresent(
        section -> {
          Path file = new Path(folder, NETWORKS);
          byte[] csv = storage.read(file);
          NetworkTable read = NetworkTable.ofCsv(section.space(), file.toString(), csv);
          section.file().require(file.toString(), csv, read.size(), document);
          builder.networks(read);
          section.error().ifPresent(builder::networkError);
          section
              .modelSha256()
              .ifPresent(
                  sha256 -> {
                    Path saved = new Path(folder, NetworkModel.FILE);
                    byte[] json = storage.read(saved);
                    requireUnaltered(saved.toString(), json, document, sha256);
                    builder.networkModel(
                        NetworkModel.read(section.space(), saved.toString(), json));
                  });
        });
    additivity.ifPresent(builder::additivity);
    source.ifPresent(builder::source);
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new InvalidDocumentException(document, e.getMessage(), e);
    }
  }

  /**
   * Publishes the profile as a folder.
   *
   * @throws dev.espalier.artefact.ArtefactException if the folder is not vacant or cannot be
   *     written
   */
  public void write(Storage storage, Path folder) {
    try (Staging staging = Staging.open(storage, folder)) {
      files().forEach(staging::write);
      staging.publish();
    }
  }

  private static OperatorLatencyModel model(
      String file, byte[] json, String document, String sha256) {
    requireUnaltered(file, json, document, sha256);
    return OperatorLatencyModel.ofJson(file, json);
  }

  private static void requireUnaltered(String file, byte[] json, String document, String sha256) {
    String actual = Digest.of(json);
    if (!actual.equals(sha256)) {
      throw new InvalidDocumentException(
          file,
          List.of(
              "sha256 %s, but %s says %s: it was altered; restore it or fit the model again"
                  .formatted(actual, document, sha256)));
    }
  }

  /** The content of its files by name; equal profiles give equal bytes. */
  public SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = tables();
    files.put(DESCRIPTION, toYaml(files));
    return files;
  }

  /** The content of the files of its tables and its model by name. */
  private SortedMap<String, byte[]> tables() {
    SortedMap<String, byte[]> tables = new TreeMap<>();
    if (table.size() > 0) {
      tables.put(TABLE, table.toCsv());
    }
    table.model().ifPresent(model -> tables.put(OperatorLatencyModel.FILE, model.toJson()));
    networks.ifPresent(n -> tables.put(NETWORKS, n.toCsv()));
    networkModel.ifPresent(model -> tables.put(NetworkModel.FILE, model.toJson()));
    return tables;
  }

  /** The content of {@value #DESCRIPTION}; equal profiles give equal bytes. */
  private byte[] toYaml(Map<String, byte[]> tables) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", name);
    description().write(root);
    additivity.ifPresent(a -> a.write(root.putObject("additivity")));
    source.ifPresent(t -> t.write(root.putObject("source")));
    if (table.size() > 0) {
      new FileDigest("operators", table.size(), Digest.of(tables.get(TABLE)))
          .write(root.putObject("table"));
    }
    if (table.model().isPresent()) {
      root.putObject("model").put("sha256", Digest.of(tables.get(OperatorLatencyModel.FILE)));
    }
    networks.ifPresent(
        n ->
            new NetworksSection(
                    n.space(),
                    new FileDigest(
                        NetworksSection.COUNT, n.size(), Digest.of(tables.get(NETWORKS))),
                    networkModel.map(model -> Digest.of(tables.get(NetworkModel.FILE))),
                    networkError)
                .write(root.putObject("networks")));
    return yaml(root);
  }

  static byte[] yaml(ObjectNode root) {
    try {
      return YAML.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is always writable", e);
    }
  }

  /** The digest of the tables and the description together. */
  public String digest() {
    return Digest.of(toYaml(tables()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HardwareProfile p
        && name.equals(p.name)
        && device.equals(p.device)
        && deviceClass == p.deviceClass
        && runtime.equals(p.runtime)
        && precision == p.precision
        && memory.equals(p.memory)
        && provenance.equals(p.provenance)
        && additivity.equals(p.additivity)
        && source.equals(p.source)
        && table.equals(p.table)
        && networks.equals(p.networks)
        && networkModel.equals(p.networkModel)
        && networkError.equals(p.networkError);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, device, runtime, table, networks);
  }

  @Override
  public String toString() {
    return "profile %s (%s, %d operators%s)"
        .formatted(
            name,
            device,
            table.size(),
            networks.map(n -> ", %d networks".formatted(n.size())).orElse(""));
  }

  /**
   * Collects the parts of a profile. Everything but memory, additivity, source and the model and
   * the error of networks is needed, and of the tables of operators and of networks one.
   */
  public static final class Builder {
    private String name;
    private String device;
    private DeviceClass deviceClass;
    private String runtime;
    private Precision precision;
    private MemoryLimits memory = MemoryLimits.UNKNOWN;
    private final Map<Origin, Provenance> provenance = new EnumMap<>(Origin.class);
    private Optional<Additivity> additivity = Optional.empty();
    private Optional<TableSource> source = Optional.empty();
    private LatencyTable table;
    private Optional<NetworkTable> networks = Optional.empty();
    private Optional<NetworkModel> networkModel = Optional.empty();
    private Optional<NetworkError> networkError = Optional.empty();

    private Builder() {}

    /** Lower-case letters, digits, dots, hyphens and underscores. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** Everything that a description says. */
    public Builder description(ProfileDescription value) {
      value.provenance().forEach(this::provenance);
      return device(value.device())
          .deviceClass(value.deviceClass())
          .runtime(value.runtime())
          .precision(value.precision())
          .memory(value.memory());
    }

    /** As its maker names it. */
    public Builder device(String value) {
      this.device = value;
      return this;
    }

    /** What kind of device it is. */
    public Builder deviceClass(DeviceClass value) {
      this.deviceClass = value;
      return this;
    }

    /** What executes networks there, with its version. */
    public Builder runtime(String value) {
      this.runtime = value;
      return this;
    }

    /** Of every operator in the table, and of every network. */
    public Builder precision(Precision value) {
      this.precision = value;
      return this;
    }

    /** What the device has. */
    public Builder memory(MemoryLimits value) {
      this.memory = value;
      return this;
    }

    /** Where the tables' numbers of one origin come from; replaces what was set for that origin. */
    public Builder provenance(Provenance value) {
      provenance.put(value.origin(), value);
      return this;
    }

    /** What a comparison with whole networks found. */
    public Builder additivity(Additivity value) {
      this.additivity = Optional.of(value);
      return this;
    }

    /** The files that the table was imported from. */
    public Builder source(TableSource value) {
      this.source = Optional.of(value);
      return this;
    }

    /** What each operator costs; may be empty, or left out, where whole networks are known. */
    public Builder table(LatencyTable value) {
      this.table = value;
      return this;
    }

    /** What whole networks of one search space cost. */
    public Builder networks(NetworkTable value) {
      this.networks = Optional.of(value);
      return this;
    }

    /** What says of networks that are not in their table, of the same space. */
    public Builder networkModel(NetworkModel value) {
      this.networkModel = Optional.of(value);
      return this;
    }

    /** The error of those networks of the table that were modelled. */
    public Builder networkError(NetworkError value) {
      this.networkError = Optional.of(value);
      return this;
    }

    /**
     * Makes the profile.
     *
     * @throws IllegalArgumentException listing everything that is missing or does not fit together
     */
    public HardwareProfile build() {
      List<String> problems = new ArrayList<>();
      try {
        requireName(name);
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
      requirePresent(problems, "device", device);
      requirePresent(problems, "class", deviceClass);
      requirePresent(problems, "runtime", runtime);
      requirePresent(problems, "precision", precision);
      if (table == null && networks.isPresent()) {
        table = LatencyTable.of(Map.of());
      }
      requirePresent(problems, "table", table);
      if (table != null && table.size() == 0 && table.model().isEmpty() && networks.isEmpty()) {
        problems.add(
            "table has no operator, and there are neither a model nor networks: one of them is needed");
      }
      if (networkModel.isPresent() && networks.isEmpty()) {
        problems.add("there is a model of networks, and none of the networks it was fitted on");
      }
      if (networkError.isPresent()
          && networks.filter(n -> n.origins().containsKey(Origin.MODELLED)).isEmpty()) {
        problems.add("there is an error of modelled networks, and no such network");
      }
      if (table != null && precision != null) {
        requireFitting(problems);
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            "profile %s: %s".formatted(name, String.join("; ", problems)));
      }
      return new HardwareProfile(this);
    }

    private static void requirePresent(List<String> problems, String what, Object value) {
      if (value == null || value instanceof String text && text.isBlank()) {
        problems.add(what + " is missing");
      }
    }

    private void requireFitting(List<String> problems) {
      for (Map.Entry<Operator, LatencyEntry> entry : table.entries().entrySet()) {
        if (entry.getKey().precision() != precision) {
          problems.add(
              "operator %s is not %s, the precision of the profile"
                  .formatted(entry.getKey(), Fields.word(precision)));
          break;
        }
      }
      table
          .model()
          .filter(model -> model.precision() != precision)
          .ifPresent(
              model ->
                  problems.add(
                      "the model is of %s operators, not %s, the precision of the profile"
                          .formatted(Fields.word(model.precision()), Fields.word(precision))));
      for (Origin origin : Origin.values()) {
        int entries = entries(origin, table, networks);
        if (origin == Origin.MODELLED && (table.model().isPresent() || networkModel.isPresent())) {
          if (!provenance.containsKey(origin)) {
            problems.add("there is a model, and no provenance.modelled");
          }
        } else if (entries > 0 != provenance.containsKey(origin)) {
          problems.add(
              "%d entries are %s, and there is %s provenance.%s"
                  .formatted(
                      entries, Fields.word(origin), entries > 0 ? "no" : "a", Fields.word(origin)));
        }
      }
    }
  }
}
