package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,0.98 KiB",
        "1048576,1.00 MiB",
        "1300000000,1.21 GiB",
        "115343360,110 MiB"
    })
    void bytes(long bytes, String text) {
        assertThat(Figures.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"999,0 us", "83000,83 us", "12400000,12.4 ms", "3070000000,3.07 s"})
    void nanos(long nanos, String text) {
        assertThat(Figures.nanos(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"812,812", "9999,9999", "12300,12.3 k", "4560000,4.56 M"})
    void count(long count, String text) {
        assertThat(Figures.count(count)).isEqualTo(text);
    }
}
