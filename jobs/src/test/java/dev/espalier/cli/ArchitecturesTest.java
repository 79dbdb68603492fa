package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaProxyless;
import dev.espalier.space.ProxylessDefinition;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitecturesTest {
  private static final Storage STORAGE = new Storage(new Configuration(false));
  private static final SearchSpace SPACE =
      new OfaProxyless(
          new ProxylessDefinition(
              List.of(32, 48),
              3,
              16,
              8,
              List.of(new ProxylessDefinition.Stage(24, 2, List.of(1, 2))),
              List.of(3, 5),
              List.of(3, 6),
              64,
              10));

  private static final String CONFIG =
      """
      {"name": "ProxylessNASNets",
       "first_conv": {"name": "ConvLayer", "kernel_size": 3, "stride": 2, "in_channels": 3,
                      "out_channels": 16, "act_func": "relu6"},
       "blocks": [
         {"name": "MobileInvertedResidualBlock", "shortcut": null,
          "mobile_inverted_conv": {"name": "MBInvertedConvLayer", "in_channels": 16,
            "out_channels": 8, "kernel_size": 3, "stride": 1, "expand_ratio": 1}},
         {"name": "MobileInvertedResidualBlock", "shortcut": null,
          "mobile_inverted_conv": {"name": "MBInvertedConvLayer", "in_channels": 8,
            "out_channels": 24, "kernel_size": 5, "stride": 2, "expand_ratio": 6}}],
       "feature_mix_layer": {"name": "ConvLayer", "kernel_size": 1, "stride": 1,
                             "in_channels": 24, "out_channels": 64, "act_func": "relu6"},
       "classifier": {"name": "LinearLayer", "in_features": 64, "out_features": 10}}
      """;

  @TempDir private Path folder;
  private String file;

  @BeforeEach
  void writeConfig() throws IOException {
    file = Files.writeString(folder.resolve("net.config"), CONFIG).toString();
  }

  private static Architecture read(String text) {
    return Architectures.read(STORAGE, SPACE, text);
  }

  @Test
  void endsOfTheSpaceReadableFormsAndNetConfigsAreRead() {
    assertThat(read("largest")).isEqualTo(SPACE.largest());
    assertThat(read("smallest")).isEqualTo(SPACE.smallest());
    assertThat(read("r48 d1:k5e6")).isEqualTo(SPACE.parse("r48 d1:k5e6"));
    assertThat(read(file + "@48")).isEqualTo(SPACE.parse("r48 d1:k5e6"));
    assertThat(read(file + "@32")).isEqualTo(SPACE.parse("r32 d1:k5e6"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "@", "@0", "@-32", "@thirty", "@32@"})
  void aNetConfigNeedsAResolution(String resolution) {
    assertThatThrownBy(() -> read(file + resolution)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(file))
        .hasMessage(
            "architecture '%s': a net.config states no resolution; give it in pixels behind the file, as in %s@32"
                .formatted(file, file));
  }

  @Test
  void aNetConfigThatIsAbsentOrDoesNotFitIsNamed() {
    assertThatThrownBy(() -> read(folder + "/none.config@32"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("none.config does not exist");
    assertThatThrownBy(() -> read(file + "@224"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("\n  resolution 224 is not in the space, which has 32, 48");
  }
}
