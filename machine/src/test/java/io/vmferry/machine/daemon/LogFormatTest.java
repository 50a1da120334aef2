package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.daemon.NodeSpec.LogFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFormatTest {

    @ParameterizedTest
    @CsvSource({
        "'', TEXT",
        "--log-format json, JSON",
        "--once --log-format=json -v, JSON",
        "--log-format text, TEXT",
        "--log-format, TEXT",
        "--log-format xml, TEXT",
        "--name json, TEXT"
    })
    void isFoundBeforeTheCommandLineIsParsed(String words, LogFormat format) {
        assertThat(LogFormat.in(List.of(words.split(" ")))).isEqualTo(format);
    }
}
