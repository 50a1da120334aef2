package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.protocol.profile.Profile;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A listener reports the addresses that it is really bound to. */
class TcpListeningTest {

    private final TestLoop test = new TestLoop(true);

    @AfterEach
    void stop() {
        test.close();
    }

    private String bound(String uri) throws Exception {
        try (var listening =
                test.listen(
                        MigrationUri.parse(uri, Profile.QEMU_11_1, DescriptorNames.INHERITED),
                        link -> {})) {
            return listening.addresses().toString().replaceAll(":\\d+(?=[,\\]]($| ))", ":N");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp:0:0 | [tcp:0.0.0.0:N]",
                "tcp:localhost:0,ipv4=on | [tcp:127.0.0.1:N]",
                "tcp::0,ipv4=on | [tcp:0.0.0.0:N]",
            })
    void theAddressIsTheOneThatIsBound(String uri, String addresses) throws Exception {
        assertThat(bound(uri)).isEqualTo(addresses);
    }

    @Test
    void theNextFreePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();
            String uri = "tcp:127.0.0.1:%d,to=%d".formatted(port, Math.min(port + 50, 65535));
            try (var listening =
                    test.listen(
                            MigrationUri.parse(uri, Profile.QEMU_11_1, DescriptorNames.INHERITED),
                            link -> {})) {
                assertThat(((MigrationAddress.Tcp) listening.address()).port())
                        .isBetween(port + 1, Math.min(port + 50, 65535));
            }
        }
    }
}
