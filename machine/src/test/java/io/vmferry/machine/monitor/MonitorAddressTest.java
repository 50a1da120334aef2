package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MonitorAddressTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unix:/run/a.sock|unix:/run/a.sock",
                "unix:a,b|unix:a,b",
                "unix:/run/a.sock,server=on,wait=off|unix:/run/a.sock",
                "unix:/run/a.sock,server,nowait|unix:/run/a.sock",
                "tcp:localhost:4444|tcp:localhost:4444",
                "fd:3|fd:3",
                "fd:09,server=on,wait=off|fd:9",
                "tcp:[::1]:0|tcp:[::1]:0",
                "tcp:127.0.0.1:65535,server=on,wait=off|tcp:127.0.0.1:65535",
                "tcp:[::1]:0,tls-creds=a|tcp:[::1]:0,tls-creds=a",
                "tcp:[::1]:0,server=on,wait=off,tls-authz=b,tls-creds=a|tcp:[::1]:0,tls-creds=a,tls-authz=b"
            })
    void anAddressIsReadAndWritten(String text, String written) {
        assertThat(MonitorAddress.parse(text)).hasToString(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unix:",
                "tcp:",
                "tcp:4444",
                "tcp::4444",
                "tcp:a:b",
                "tcp:a:65536",
                "fd:",
                "fd:migrate",
                "fd:-1",
                "fd:9999999999"
            })
    void anythingElseIsRefusedWithWhatWasExpected(String text) {
        assertThatThrownBy(() -> MonitorAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Expected a monitor address as unix:PATH, tcp:HOST:PORT or fd:NUMBER, got"
                                + " '%s'",
                        text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tcp:[::1]:0,tls-authz=b|'tls_authz' option requires 'tls_creds' option",
                "unix:/a,tls-creds=b|'tls_creds' option is incompatible with 'unix' address type",
                "fd:3,tls-creds=b|'tls_creds' option is incompatible with 'fd' address type"
            })
    void tlsIsForTcpInQemusWords(String text, String refusal) {
        assertThatThrownBy(() -> MonitorAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(refusal);
    }
}
