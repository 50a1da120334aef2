package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationUriTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp:10.0.0.1:4444",
                "tcp:[::1]:0",
                "tcp::4444",
                "tcp:host.example:65535",
                "unix:/run/a:b",
                "file:/tmp/x",
                "file:/tmp/x,offset=4096"
            })
    void readsWhatItWrites(String uri) throws Exception {
        assertThat(MigrationUri.parse(uri, Profile.DEFAULT)).hasToString(uri);
    }

    @ParameterizedTest
    @CsvSource({"0x1000,4096", "1M,1048576", "4k,4096", "0,0", "12B,12"})
    void anOffsetMayHaveASuffix(String text, long bytes) throws Exception {
        assertThat(MigrationUri.parse("file:a,b,offset=" + text, Profile.DEFAULT))
                .isEqualTo(new MigrationAddress.File(Path.of("a,b"), bytes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo:bar | unknown migration protocol: foo:bar",
                "nothing | unknown migration protocol: nothing",
                "exec:cat | migration protocol 'exec' is not supported by vmferry",
                "rdma:h:1 | migration protocol 'rdma' is not supported by vmferry",
                "fd:7 | migration protocol 'fd' is not supported by vmferry",
                "vsock:2:1 | migration protocol 'vsock' is not supported by vmferry",
                "tcp:localhost | error parsing address 'localhost'",
                "tcp: | error parsing address ''",
                "tcp:: | error parsing port in address ':'",
                "tcp:[::1 | error parsing IPv6 address '[::1'",
                "unix: | invalid Unix socket address",
                "file: | file path is missing",
                "file:x,offset=1Q | file URI has bad offset 1Q",
                "file:x,offset=9999999999G | file URI has bad offset 9999999999G",
            })
    void saysWhatIsWrong(String uri, String message) {
        assertThatThrownBy(() -> MigrationUri.parse(uri, Profile.DEFAULT))
                .isInstanceOf(AddressException.class)
                .hasMessage(message);
    }
}
