package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.link.MigrationAddress.AddressException;
import io.vmferry.protocol.profile.Profile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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
                "file:/tmp/x,offset=4096",
                "fd:migrate",
                "fd:25",
                "exec:cat > /dev/null",
                "exec:",
                "vsock:2:1234",
                "rdma:host:1"
            })
    void readsWhatItWrites(String uri) throws Exception {
        assertThat(parse(uri, Profile.DEFAULT)).hasToString(uri);
    }

    private static MigrationAddress parse(String uri, Profile profile) throws AddressException {
        return MigrationUri.parse(uri, profile, DescriptorNames.INHERITED);
    }

    @Test
    void aCommandIsTheShells() throws Exception {
        assertThat(parse("exec:cat > x", Profile.DEFAULT))
                .isEqualTo(new MigrationAddress.Exec(List.of("/bin/sh", "-c", "cat > x")));
    }

    @Test
    void onlyOldVersionsTakeTheDescriptorOfAFile() throws Exception {
        assertThat(((MigrationAddress.Fd) parse("fd:x", Profile.QEMU_10_2)).files()).isTrue();
        assertThat(((MigrationAddress.Fd) parse("fd:x", Profile.QEMU_11_1)).files()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QEMU_10_0 | Parameter 'uri' expects a valid migration protocol"
                        + " | unknown migration protocol: rdma:h:1",
                "QEMU_11_1 | uri is not a valid migration protocol | unknown migration protocol",
            })
    void rdmaIsAnAddressOfABuildWithout(Profile profile, String outgoing, String incoming)
            throws Exception {
        assertThat(parse("rdma:h:1", profile))
                .isEqualTo(new MigrationAddress.Absent("rdma:h:1", outgoing, incoming));
    }

    @Test
    void theOldestVersionDoesNotKnowItThen() {
        assertThatThrownBy(() -> parse("rdma:h:1", Profile.QEMU_7_2))
                .hasMessage("unknown migration protocol: rdma:h:1");
    }

    @ParameterizedTest
    @CsvSource({"0x1000,4096", "1M,1048576", "4k,4096", "0,0", "12B,12"})
    void anOffsetMayHaveASuffix(String text, long bytes) throws Exception {
        assertThat(parse("file:a,b,offset=" + text, Profile.DEFAULT))
                .isEqualTo(new MigrationAddress.File(Path.of("a,b"), bytes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo:bar | unknown migration protocol: foo:bar",
                "nothing | unknown migration protocol: nothing",
                "rdma:h | error parsing address 'h'",
                "fd: | invalid file descriptor address",
                "vsock:x | error parsing address 'x'",
                "vsock:2:1,numeric | trailing characters in address '2:1,numeric'",
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
        assertThatThrownBy(() -> parse(uri, Profile.DEFAULT))
                .isInstanceOf(AddressException.class)
                .hasMessage(message);
    }
}
