package dev.espalier.importer;

import dev.espalier.operator.Precision;
import dev.espalier.provenance.Origin;
import java.util.Objects;
import java.util.Optional;

/**
 * What is said of a table by whoever imports it.
 *
 * @param precision of every operator
 * @param origin of every number
 * @param mapping what columns mean, for importers that need to be told
 */
public record ImportSettings(Precision precision, Origin origin, Optional<SourceFile> mapping) {
  public ImportSettings {
    Objects.requireNonNull(precision);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(mapping);
  }
}
