package io.vmferry.machine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsAddressTest {

    @ParameterizedTest
    @CsvSource({
        "localhost:9701, localhost, 9701",
        "[::1]:0, ::1, 0",
        "127.0.0.1:65535, 127.0.0.1, 65535"
    })
    void readsAHostAndAPort(String text, String host, int port) {
        MetricsAddress address = MetricsAddress.parse(text);
        assertThat(address).isEqualTo(new MetricsAddress(host, port));
        assertThat(address).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "9701",
                ":9701",
                "localhost",
                "localhost:",
                "a:65536",
                "a:-1",
                "::1:80",
                "a:b"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MetricsAddress.parse(text))
                .withMessageContaining("HOST:PORT")
                .withMessageContaining("'" + text + "'");
    }
}
