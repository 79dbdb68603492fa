package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
  @ParameterizedTest
  @CsvSource({
    "512B, 512",
    "320KB, 320000",
    "320 kB, 320000",
    "320KiB, 327680",
    "1MB, 1000000",
    "1.5MiB, 1572864",
    "2GB, 2000000000",
    "1GiB, 1073741824"
  })
  void bytesAreDecimalOrBinary(String text, double bytes) {
    assertThat(Amounts.parse(Quantity.PEAK_MEMORY, text)).isEqualTo(bytes);
    assertThat(Amounts.parse(Quantity.WEIGHT_MEMORY, text)).isEqualTo(bytes);
  }

  @Test
  void bytesAreWrittenInTheUnitsTheyAreWholeIn() {
    assertThat(Amounts.format(Quantity.PEAK_MEMORY, 327_680)).isEqualTo("320KiB");
    assertThat(Amounts.format(Quantity.PEAK_MEMORY, 320_000)).isEqualTo("320KB");
    assertThat(Amounts.format(Quantity.PEAK_MEMORY, 0x1p20)).isEqualTo("1MiB");
    assertThat(Amounts.format(Quantity.PEAK_MEMORY, 1e6)).isEqualTo("1MB");
    assertThat(Amounts.format(Quantity.PEAK_MEMORY, 500)).isEqualTo("500B");
  }
}
