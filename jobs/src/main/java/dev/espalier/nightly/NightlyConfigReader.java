package dev.espalier.nightly;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Value;
import dev.espalier.run.InvalidRequestException;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Reads a {@link NightlyConfig} from YAML.
 *
 * <pre>{@code
 * request: fleet.yaml                  # a search request, or the request itself as an object
 * store: hdfs://host/espalier/nightly
 * keep: 30
 * replace: {accuracy-noise: stated, latency-tolerance: 0%}
 * lease: 15min
 * }</pre>
 *
 * <p>{@code request} and {@code store} are required; the other values above are the defaults. All
 * problems of the file are reported together, and all of the request's file.
 */
public final class NightlyConfigReader {
  static final int DEFAULT_KEEP = 30;
  static final Duration DEFAULT_LEASE = Duration.ofMinutes(15);

  private static final int MOST_KEPT = 10_000;
  private static final String STATED = "stated";
  private static final Pattern PERCENT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*%");
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})\\s*(s|min|h)");

  private NightlyConfigReader() {}

  /**
   * Reads a configuration and the request it names.
   *
   * @throws ArtefactException if a file cannot be read
   * @throws InvalidDocumentException with every problem of the file
   * @throws InvalidRequestException with every problem of the request's file
   */
  public static NightlyConfig read(Storage storage, Path file) {
    String document = file.toString();
    Fields fields = Fields.of(document, storage.read(file));
    Optional<Supplier<SearchRequest>> request =
        fields
            .value("request", "the path of a search request, or the request itself,")
            .flatMap(value -> request(storage, value));
    String store = fields.text("store");
    int keep = fields.optionalCount("keep", 1, MOST_KEPT).orElse(DEFAULT_KEEP);
    Margins margins =
        fields.optionalObject("replace").map(NightlyConfigReader::margins).orElse(Margins.STATED);
    Duration lease =
        fields.optionalValue("lease").flatMap(NightlyConfigReader::time).orElse(DEFAULT_LEASE);
    fields.finish();
    SearchRequest asked = request.orElseThrow().get();
    if (asked.output().isPresent()) {
      throw new InvalidDocumentException(
          document,
          List.of(
              "request: output is '%s', but nights lie in the store; leave it out"
                  .formatted(asked.output().get())));
    }
    if (asked.evaluation().isPresent()) {
      throw new InvalidDocumentException(
          document,
          List.of(
              "request: evaluate refits the predictors for the targets of one search, and accuracies of two nights could not be compared; leave it out, and refit the supernet's predictors with 'supernet fit-accuracy' or use 'predictor fit'"));
    }
    return new NightlyConfig(asked, store, keep, margins, lease);
  }

  private static Optional<Supplier<SearchRequest>> request(Storage storage, Value value) {
    if (!value.isSingle()) {
      return value.object("a search request, or the path of one,").map(SearchRequestReader::within);
    }
    return value
        .text()
        .map(
            path ->
                () ->
                    SearchRequestReader.read(
                        path, new String(storage.read(new Path(path)), StandardCharsets.UTF_8)));
  }

  private static Margins margins(Fields fields) {
    OptionalDouble noise =
        fields
            .optionalValue("accuracy-noise")
            .filter(value -> value.isSingle())
            .flatMap(
                value ->
                    value
                        .text()
                        .filter(text -> !text.equals(STATED))
                        .flatMap(text -> percent(value, text, STATED + " or points as in 0.3%")))
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty());
    double tolerance =
        fields
            .optionalValue("latency-tolerance")
            .flatMap(
                value ->
                    value
                        .text()
                        .flatMap(text -> percent(value, text, "a share of the limit as in 2%")))
            .orElse(0.0);
    return new Margins(noise, tolerance);
  }

  private static Optional<Double> percent(Value value, String text, String allowed) {
    Matcher matcher = PERCENT.matcher(text);
    double share = matcher.matches() ? Double.parseDouble(matcher.group(1)) / 100 : -1;
    if (share < 0 || share > 1) {
      value.problem("'%s' is not %s, at most 100%%".formatted(text, allowed));
      return Optional.empty();
    }
    return Optional.of(share);
  }

  private static Optional<Duration> time(Value value) {
    return value
        .text()
        .flatMap(
            text -> {
              Matcher matcher = TIME.matcher(text);
              long amount = matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
              if (amount == 0) {
                value.problem("'%s' is not a time such as 90s, 15min or 2h".formatted(text));
                return Optional.empty();
              }
              return Optional.of(
                  switch (matcher.group(2)) {
                    case "s" -> Duration.ofSeconds(amount);
                    case "min" -> Duration.ofMinutes(amount);
                    default -> Duration.ofHours(amount);
                  });
            });
  }
}
