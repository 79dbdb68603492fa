package dev.espalier.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The page around the data of a report: one HTML file that holds style, script and the plotting
 * library (uPlot, MIT licence, which is kept in it), and asks for nothing else. Its content
 * security policy allows these very texts by their digests and nothing more, neither another script
 * nor any connection.
 */
final class ReportPage {
  private static final String TEMPLATE = "report.html";
  private static final List<String> STYLES = List.of("report.css");

  /** In the order they build on each other. */
  private static final List<String> SCRIPTS =
      List.of("data.js", "text.js", "drawing.js", "plot.js", "target.js", "page.js");

  private static final String LIBRARY = "/META-INF/resources/webjars/uplot/%s/";
  private static final String LIBRARY_POM = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private ReportPage() {}

  /**
   * The bytes of a page.
   *
   * @param title of the page, any text
   * @param json of {@link ReportData}, in which no {@code <} is left
   */
  static byte[] html(String title, String json) {
    String library = LIBRARY.formatted(libraryVersion());
    String licence = resource(library + "LICENSE").replace("*/", "* /").strip();
    String style = resource(library + "dist/uPlot.min.css") + joined(STYLES);
    String script =
        "/*\n"
            + licence
            + "\n*/\n"
            + resource(library + "dist/uPlot.iife.min.js")
            + joined(SCRIPTS);
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("title", escaped(title));
    parts.put("policy", policy(script, style));
    parts.put("style", style);
    parts.put("data", json);
    parts.put("script", script);
    return filled(resource(TEMPLATE), parts).getBytes(UTF_8);
  }

  /** Replaces {@code {{name}}} once each, and never in what was put in. */
  private static String filled(String template, Map<String, String> parts) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    for (Map.Entry<String, String> part : inOrder(template, parts)) {
      String mark = mark(part.getKey());
      int at = template.indexOf(mark, from);
      pieces.add(template.substring(from, at));
      pieces.add(part.getValue());
      from = at + mark.length();
    }
    pieces.add(template.substring(from));
    return String.join("", pieces);
  }

  private static List<Map.Entry<String, String>> inOrder(
      String template, Map<String, String> parts) {
    return parts.entrySet().stream()
        .sorted(
            (a, b) ->
                Integer.compare(
                    template.indexOf(mark(a.getKey())), template.indexOf(mark(b.getKey()))))
        .toList();
  }

  private static String mark(String part) {
    return "{{" + part + "}}";
  }

  private static String policy(String script, String style) {
    return "default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'"
        .formatted(source(script), source(style));
  }

  /** As a content security policy names an inline text. */
  private static String source(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String joined(List<String> names) {
    return names.stream().map(ReportPage::resource).collect(Collectors.joining("\n", "\n", ""));
  }

  private static String libraryVersion() {
    Properties properties = new Properties();
    try (InputStream in = open(LIBRARY_POM)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) throws FileNotFoundException {
    InputStream in = ReportPage.class.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException(name + " is not on the class path");
    }
    return in;
  }
}
