package io.vmferry.machine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySizeTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "4096,4096",
        "4096B,4096",
        "64K,65536",
        "512M,536870912",
        "1g,1073741824",
        "2T,2199023255552",
        "7E,8070450532247928832"
    })
    void readsSizes(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "-1", "+1", "1.5G", "1GB", "0x10", "1 G", "١"})
    void refusesWhatIsNotASize(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemorySize.parse(text))
                .withMessageContaining("'" + text + "' is not a size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8E", "9223372036854775808"})
    void refusesWhatDoesNotFit(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemorySize.parse(text))
                .withMessage("'" + text + "' is too large a size");
    }

    @Test
    void writesTheShortestExactForm() {
        assertThat(MemorySize.format(1L << 30)).isEqualTo("1 GiB");
        assertThat(MemorySize.format(1536L << 20)).isEqualTo("1536 MiB");
        assertThat(MemorySize.format(4097)).isEqualTo("4097 bytes");
        assertThat(MemorySize.format(0)).isEqualTo("0 bytes");
        assertThat(MemorySize.format(1)).isEqualTo("1 byte");
    }
}
