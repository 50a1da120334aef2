package io.vmferry.machine.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "localhost:9701, localhost, 9701",
        "[::1]:0, ::1, 0",
        "127.0.0.1:65535, 127.0.0.1, 65535"
    })
    void readsAHostAndAPort(String text, String host, int port) {
        HostPort address = HostPort.parse(text).orElseThrow();
        assertThat(address).isEqualTo(new HostPort(host, port));
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
        assertThat(HostPort.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:4444, tcp:127.0.0.1:4444",
        "[::1]:4444, tcp:[::1]:4444",
        "/tmp/socket, unix:/tmp/socket"
    })
    void anAddressWithoutAProtocolHasAMeaning(String text, String meant) {
        assertThat(HostPort.meant(text)).isEqualTo(", did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:4444", "fd:3", "", "host", "file:/tmp/x"})
    void anythingElseHasNone(String text) {
        assertThat(HostPort.meant(text)).isEmpty();
    }
}
