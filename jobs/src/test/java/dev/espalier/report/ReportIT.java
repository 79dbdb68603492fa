package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports in a real browser. With {@code -Despalier.pictures=FOLDER} the pictures that are looked
 * at here are kept there.
 */
class ReportIT {
  private static final Logger LOG = LoggerFactory.getLogger(ReportIT.class);

  private static final String OFA = "ofa-mobilenetv3-w1.2@160,176,192,208,224";
  private static final String HOSTILE = "</script><b id=evil>phone</b>";

  @TempDir private static Path folder;
  private static Chromium browser;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Optional<Path> program = Chromium.installed();
    assumeTrue(program.isPresent(), Chromium.ABSENT);
    browser = new Chromium(program.get(), folder.resolve("browser"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void asOnADesk() {
    browser.resize(1280, 900);
    browser.media("screen", "light");
  }

  /** No error, no warning, nothing that the policy refused, and nothing asked for but the page. */
  @AfterEach
  void isSilent() {
    assertThat(browser.problems()).isEmpty();
    assertThat(browser.requests()).hasSize(1);
  }

  private static void open(String run) throws InterruptedException {
    Path page = folder.resolve(run).resolve(RunReport.FILE);
    RunReport.of(MadeUpRun.STORAGE, new org.apache.hadoop.fs.Path(folder.resolve(run).toUri()))
        .write();
    browser.open(page, "ready");
  }

  private static int number(String expression) {
    return browser.evaluate(expression).asInt();
  }

  private static String text(String selector) {
    return browser.evaluate("document.querySelector('%s').innerText".formatted(selector)).asText();
  }

  /** Of the pixels of a canvas, how many are not transparent. */
  private static int inked(String selector) {
    return number(
        """
        (() => {
          const c = document.querySelector('%s');
          const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
          let n = 0;
          for (let i = 3; i < d.length; i += 4) n += d[i] > 0;
          return n;
        })()"""
            .formatted(selector));
  }

  private static void keep(String name) throws IOException {
    String pictures = System.getProperty("espalier.pictures");
    if (pictures != null) {
      Files.createDirectories(Path.of(pictures));
      Files.write(Path.of(pictures, name + ".png"), browser.picture());
    }
  }

  private static int brightness() throws IOException {
    int rgb = ImageIO.read(new ByteArrayInputStream(browser.picture())).getRGB(3, 3);
    return ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 3;
  }

  @Test
  void modelsAreShownWithFrontsDrawingsAndCosts() throws IOException, InterruptedException {
    new MadeUpRun(OFA)
        .began("2026-01-31T03:00:00Z")
        .profileDigest("b")
        .source(MadeUpRun.Source.SUPERNET)
        .targets(List.of("pixel", "watch"))
        .points(120)
        .budgets(4)
        .write(folder.resolve("models/before"));
    new MadeUpRun(OFA)
        .targets(List.of("pixel", "watch", HOSTILE))
        .device(HOSTILE)
        .source(MadeUpRun.Source.SUPERNET)
        .points(120)
        .budgets(4)
        .withInfeasible()
        .withRefused()
        .write(folder.resolve("models/run"));

    open("models/run");

    assertThat(browser.evaluate("document.getElementById('evil')").isNull()).isTrue();
    assertThat(text("h1")).isEqualTo("run");
    assertThat(number("document.querySelectorAll('section.target').length")).isEqualTo(3);
    assertThat(text("section.target:last-of-type h3")).isEqualTo(HOSTILE);
    assertThat(inked("#target-0 canvas")).isGreaterThan(2000);
    // Three targets of five budgets, of which one each is infeasible and one refused.
    assertThat(number("document.querySelectorAll('#deploy tbody tr').length")).isEqualTo(15);
    assertThat(number("document.querySelectorAll('#unanswered tbody tr').length")).isEqualTo(7);
    assertThat(text("#unanswered")).contains("latency.csv is altered");
    assertThat(text("#target-0 .looked"))
        .contains("of the latency allowed")
        .contains("no compiler is here");
    assertThat(number("document.querySelectorAll('#target-0 .blocks .block').length"))
        .isEqualTo(number("document.querySelectorAll('#target-0 .blocks rect.cost').length"))
        .isGreaterThan(10);
    keep("models-light");
    for (String part : List.of("unanswered", "changes", "sources")) {
      browser.evaluate("document.querySelector('#%s').scrollIntoView()".formatted(part));
      keep("models-" + part);
    }
    assertThat(text("#changes h2")).isEqualTo("What changed since before");
    assertThat(text("#changes"))
        .contains("profile of target pixel", "no longer answered", "6 answers are the same");

    browser.evaluate("document.querySelector('#target-2').scrollIntoView()");
    browser.await("document.querySelector('#target-2 canvas') !== null");
    browser.evaluate("document.querySelector('#agreement').scrollIntoView()");
    browser.await("document.querySelectorAll('#agreement canvas').length === 2");
    keep("models-agreement");
    browser.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
    browser.await("document.querySelectorAll('#target-0 details table').length === 2");
    // Not one number without a mark, be it in a table or beside a drawing.
    assertThat(
            browser
                .evaluate(
                    """
                    [...document.querySelectorAll('.number .number, dd .number')]
                        .filter((n) => !n.querySelector('.mark')).length""")
                .asInt())
        .isZero();
  }

  @Test
  void pointerAndKeysFindArchitectures() throws IOException, InterruptedException {
    new MadeUpRun(OFA).points(40).write(folder.resolve("keys"));
    open("keys");
    browser.evaluate("document.querySelector('.plot').focus()");

    browser.press("ArrowRight");

    browser.await("!document.querySelector('.tip').hidden");
    assertThat(text(".tip")).contains("µs").contains("%").contains("stage1").contains("×");
    assertThat(number("document.querySelectorAll('.tip svg .block').length")).isGreaterThan(5);
    keep("keys");
    String first = text(".tip");
    browser.press("ArrowRight");
    assertThat(text(".tip")).isNotEqualTo(first);
    browser.press("Enter");
    assertThat(text(".looked h4")).contains("no budget chose");
    browser.press("Escape");
    browser.await("document.querySelector('.tip').hidden");

    browser.evaluate("document.querySelectorAll('.answers button')[1].click()");
    assertThat(text(".looked h4")).startsWith(text(".answers tr.chosen button"));
    JsonNode place =
        browser.evaluate(
            "(() => { const r = document.querySelector('.u-over').getBoundingClientRect();"
                + " return [r.left, r.top, r.width, r.height]; })()");
    for (int x = 0; x < 100; x += 4) {
      browser.point(
          place.get(0).asDouble() + place.get(2).asDouble() * x / 100,
          place.get(1).asDouble() + place.get(3).asDouble() * (0.95 - x / 150.0));
    }
    assertThat(number("document.querySelectorAll('.tip').length")).isEqualTo(1);
  }

  @Test
  void followsTheColoursThatThePersonPrefers() throws IOException, InterruptedException {
    new MadeUpRun(OFA).write(folder.resolve("colours"));
    open("colours");
    int light = brightness();
    keep("colours-light");

    browser.media("screen", "dark");
    browser.await("getComputedStyle(document.body).backgroundColor === 'rgb(20, 23, 26)'");
    Thread.sleep(100);

    keep("colours-dark");
    assertThat(light).isGreaterThan(200);
    assertThat(brightness()).isLessThan(60);
    assertThat(inked(".plot canvas")).isGreaterThan(1000);
  }

  @Test
  void fitsAPhone() throws IOException, InterruptedException {
    new MadeUpRun(OFA).source(MadeUpRun.Source.SUPERNET).write(folder.resolve("phone"));
    browser.resize(390, 800);

    open("phone");

    assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
    keep("phone");
    browser.evaluate("document.querySelector('.looked').scrollIntoView()");
    keep("phone-model");
  }

  @Test
  void printsWithEveryPlot() throws IOException, InterruptedException {
    new MadeUpRun(OFA).targets(List.of("a", "b", "c", "d", "e")).write(folder.resolve("print"));
    browser.media("screen", "dark");
    open("print");

    byte[] pdf = browser.print();
    browser.media("print", "dark");
    keep("print");

    assertThat(pdf.length).isGreaterThan(50_000);
    assertThat(number("document.querySelectorAll('section.target canvas').length")).isEqualTo(5);
  }

  @Test
  void aCellIsDrawnAsAGraph() throws IOException, InterruptedException {
    new MadeUpRun("nasbench201")
        .blocks(MadeUpRun.Blocks.WHOLE_NETWORKS)
        .origins("emulated")
        .write(folder.resolve("cells"));

    open("cells");

    assertThat(number("document.querySelectorAll('svg.cell .edge').length")).isEqualTo(6);
    assertThat(text(".looked")).contains("whole networks");
    assertThat(
            browser
                .evaluate("document.querySelector('.answers .mark').getAttribute('aria-label')")
                .asText())
        .isEqualTo("predicted from emulated latencies");
    browser.evaluate("document.querySelector('svg.cell').scrollIntoView()");
    keep("cells");
  }

  @Test
  void aThousandTargetsDoNotStall() throws IOException, InterruptedException {
    List<String> names = IntStream.range(0, 1000).mapToObj("device-%04d"::formatted).toList();
    new MadeUpRun(OFA)
        .targets(names)
        .budgets(20)
        .points(60)
        .withInfeasible()
        .write(folder.resolve("fleet"));

    open("fleet");

    Path page = folder.resolve("fleet").resolve(RunReport.FILE);
    assertThat(Files.size(page)).isLessThanOrEqualTo(5_000_000);
    int firstPlot = number("Number(document.documentElement.dataset.firstPlot)");
    int ready = number("Number(document.documentElement.dataset.ready)");
    LOG.info(
        "1,000 targets: {} bytes, first plot after {} ms, all after {} ms",
        Files.size(page),
        firstPlot,
        ready);
    assertThat(firstPlot).isLessThanOrEqualTo(2000);
    int points = number("espalier.data.run.points");
    assertThat(points).isBetween(ReportData.LEAST_POINTS, 59);
    assertThat(text("#sources")).contains("thinned to %d points".formatted(points));
    assertThat(number("espalier.data.target(999).front.micros.length")).isEqualTo(points);
    assertThat(number("espalier.data.target(999).front.all")).isEqualTo(60);
    assertThat(
            number(
                "espalier.data.target(999).answers.filter("
                    + "(a) => a.code && espalier.data.costs(a.target, a.code)).length"))
        .isEqualTo(20);
    assertThat(inked("canvas")).isGreaterThan(2000);
    keep("fleet");

    String took =
        """
        (() => {
          const begun = performance.now();
          %s
          document.body.offsetHeight;
          return performance.now() - begun;
        })()""";
    String typed =
        "const q = document.querySelector('input[type=search]'); q.value = 'device-0777';"
            + " q.dispatchEvent(new Event('input'));";
    assertThat(browser.evaluate(took.formatted(typed)).asDouble()).isLessThan(500);
    assertThat(number("document.querySelectorAll('.list li').length")).isEqualTo(1);
    String opened = "document.querySelector('.list button').click();";
    assertThat(browser.evaluate(took.formatted(opened)).asDouble()).isLessThan(500);
    assertThat(text(".one h3")).isEqualTo("device-0777");
    assertThat(inked(".one canvas")).isGreaterThan(2000);
    assertThat(browser.evaluate("location.hash").asText()).isEqualTo("#target-777");
    keep("fleet-found");

    browser.resize(390, 800);
    browser.await("document.documentElement.scrollWidth <= 390");
    keep("fleet-phone");
  }
}
