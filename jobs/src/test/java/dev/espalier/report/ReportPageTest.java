package dev.espalier.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final String HOSTILE = "</title></script><b onclick='x'>&amp;\"{{data}}\u2028";

  private static String page(String title, Object data) {
    return new String(
        ReportPage.html(title, Json.tree(data).toString().replace("<", "\\u003c")), UTF_8);
  }

  private static String source(Element inline) throws NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(inline.data().getBytes(UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }

  @Test
  void isWellFormedHtml() {
    Parser parser = Parser.htmlParser().setTrackErrors(10);

    Document document = Jsoup.parse(page("A run", List.of()), "", parser);

    assertThat(parser.getErrors()).isEmpty();
    assertThat(document.title()).isEqualTo("A run");
    assertThat(document.select("script")).hasSize(2);
    assertThat(document.select("style")).hasSize(1);
  }

  @Test
  void whatComesFromOutsideIsNeverMarkup() {
    Document document = Jsoup.parse(page(HOSTILE, List.of(HOSTILE)));

    assertThat(document.title()).isEqualTo(HOSTILE);
    assertThat(document.select("b")).isEmpty();
    JsonNode data =
        Json.read(
            document.getElementById("data").data().getBytes(UTF_8), JsonNode.class, "the data");
    assertThat(data.get(0).asText()).isEqualTo(HOSTILE);
  }

  @Test
  void itsPolicyAllowsItsOwnTextsAndNothingElse() throws NoSuchAlgorithmException {
    Document document = Jsoup.parse(page("A run", List.of()));

    String policy = document.select("meta[http-equiv]").attr("content");

    assertThat(policy)
        .isEqualTo(
            "default-src 'none'; script-src %s; style-src %s; base-uri 'none'; form-action 'none'"
                .formatted(
                    source(document.select("script").last()),
                    source(document.select("style").first())));
    assertThat(document.select("[src], link, [style], iframe, img")).isEmpty();
    assertThat(document.select("a[href]").eachAttr("href")).allMatch(h -> h.startsWith("#"));
  }

  @Test
  void keepsTheLicenceOfItsPlottingLibrary() {
    assertThat(page("A run", List.of()))
        .contains("Permission is hereby granted")
        .contains("Leon Sorokin");
  }
}
