package io.vmferry.machine.text;

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
    @CsvSource({"999,0 ms", "83000,0.083 ms", "12400000,12.4 ms", "3070000000,3.07 s"})
    void nanos(long nanos, String text) {
        assertThat(Figures.nanos(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"999999999,0:00", "7000000000,0:07", "754000000000,12:34", "3723000000000,1:02:03"})
    void clock(long nanos, String text) {
        assertThat(Figures.clock(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0|0 pages", "1|1 page", "2|2 pages", "65536|65,536 pages"})
    void counted(long number, String text) {
        assertThat(Figures.counted(number, "page")).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 passes", "1,1 pass", "2,2 passes"})
    void countedWithAnotherPlural(long number, String text) {
        assertThat(Figures.counted(number, "pass", "passes")).isEqualTo(text);
    }
}
