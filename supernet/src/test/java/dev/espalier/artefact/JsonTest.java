package dev.espalier.artefact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Inner(List<Integer> sizes) {}

  record Outer(String name, double value, Inner inner) {
    Outer {
      if (value < 0) {
        throw new IllegalArgumentException("value " + value + " must not be negative");
      }
    }
  }

  private static Outer read(String json) {
    return Json.read(json.getBytes(UTF_8), Outer.class, "file.json");
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    Outer value = new Outer("x", 0.1, new Inner(List.of(3, 1)));

    assertThat(Json.read(Json.write(value), Outer.class, "x")).isEqualTo(value);
    assertThat(Json.read(Json.tree(value), Outer.class, "x")).isEqualTo(value);
  }

  @Test
  void keysOfRecordsMapsAndTreesAreSorted() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", 1);
    map.put("outer", new Outer("x", 0.5, new Inner(List.of(3, 1))));
    String expected =
        "{\n  \"outer\": {\n    \"inner\": {\n      \"sizes\": [ 3, 1 ]\n    },\n"
            + "    \"name\": \"x\",\n    \"value\": 0.5\n  },\n  \"z\": 1\n}\n";
    JsonNode unsorted =
        Json.read(
            "{\"z\":1,\"outer\":{\"value\":0.5,\"name\":\"x\",\"inner\":{\"sizes\":[3,1]}}}"
                .getBytes(UTF_8),
            JsonNode.class,
            "x");

    assertThat(new String(Json.write(map), UTF_8)).isEqualTo(expected);
    assertThat(new String(Json.write(unsorted), UTF_8)).isEqualTo(expected);
  }

  @Test
  void anUnknownKeyIsNamedWithItsPlaceAndWhatIsAllowed() {
    assertThatThrownBy(
            () -> read("{\"name\":\"x\",\n\"value\":1,\"inner\":{\"sizes\":[1],\"colour\":2}}"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageStartingWith("file.json, line 2, column ")
        .hasMessageEndingWith("at inner.colour: unknown key 'colour'; allowed: [sizes]");
  }

  @Test
  void repeatedMissingNullAndTrailingPartsAreErrors() {
    assertThatThrownBy(() -> read("{\"name\":\"x\",\"name\":\"y\",\"value\":1,\"inner\":null}"))
        .hasMessageContaining("Duplicate field 'name'");
    assertThatThrownBy(() -> read("{\"name\":\"x\",\"inner\":null}"))
        .hasMessageContaining("Missing creator property 'value'");
    assertThatThrownBy(() -> read("{\"name\":\"x\",\"value\":null,\"inner\":null}"))
        .hasMessageContaining("Cannot map `null` into type `double`");
    assertThatThrownBy(() -> read("{\"name\":\"x\",\"value\":1,\"inner\":null} {}"))
        .hasMessageContaining("Trailing token");
    assertThatThrownBy(() -> read("{\"name\":\"x\","))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("Unexpected end-of-input");
  }

  @Test
  void theMessageOfARecordsOwnCheckIsKept() {
    assertThatThrownBy(() -> read("{\"name\":\"x\",\"value\":-1,\"inner\":null}"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("value -1.0 must not be negative");
  }
}
