package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetTableTest {
  private static List<TargetTable.Row> read(String csv) {
    return TargetTable.read("fleet.csv", csv.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> problems(String csv) {
    return catchThrowableOfType(InvalidDocumentException.class, () -> read(csv)).problems();
  }

  @Test
  void readsNamesAndLimits() {
    assertThat(
            read(
                """
                profile,name,latency,weight-memory
                profiles/pixel4,warm,25ms,
                m7,,,1MB
                """))
        .containsExactly(
            new TargetTable.Row(
                2,
                "profiles/pixel4",
                Optional.of("warm"),
                List.of(new Constraint(Quantity.LATENCY, 25_000, "line 2 of fleet.csv"))),
            new TargetTable.Row(
                3,
                "m7",
                Optional.empty(),
                List.of(new Constraint(Quantity.WEIGHT_MEMORY, 1e6, "line 3 of fleet.csv"))));
    assertThat(read("profile\na\nb\n"))
        .extracting(TargetTable.Row::profile)
        .containsExactly("a", "b");
  }

  @Test
  void refusesWhatItDoesNotKnowWithLineAndRemedy() {
    assertThat(problems("profil,name\na,b\n"))
        .containsExactly(
            "line 1: unknown column 'profil' (did you mean 'profile'?); known here: profile, name,"
                + " latency, macs, parameters, peak-memory, weight-memory",
            "line 1: column 'profile' is missing; there are profil, name");
    assertThat(problems("profile,latency\na,25\n,1ms\nb,1ms,c\n"))
        .containsExactly(
            "line 2: column latency: '25' has no unit; allowed units are us, ms, as in 150us or"
                + " 0.2ms",
            "line 3: column profile is empty; the name of a profile or a path is needed",
            "line 4: has 3 cells, and the header 2 columns");
    assertThat(problems("profile\n")).containsExactly("line 1: has a header but no target");
    assertThat(problems("")).hasSize(1);
  }
}
