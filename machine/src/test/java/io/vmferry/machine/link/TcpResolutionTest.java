package io.vmferry.machine.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmferry.machine.descriptor.DescriptorNames;
import io.vmferry.machine.net.ServiceNames;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resolves addresses to sockets; the errors for those that cannot be resolved. */
class TcpResolutionTest {

    @TempDir Path directory;

    private TcpResolution of(String uri) throws Exception {
        Path services = directory.resolve("services");
        Files.writeString(services, "# names\nvm-udp 7/udp\nvm 4711/tcp ferry # ours\n");
        var address =
                (MigrationAddress.Tcp)
                        MigrationUri.parse(uri, Profile.QEMU_11_1, DescriptorNames.INHERITED);
        return new TcpResolution(address, this::resolve, new ServiceNames(services));
    }

    private List<InetAddress> resolve(String host) throws IOException {
        if (!host.equals("both.example")) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("fc00::1"));
    }

    private static String text(List<InetSocketAddress> found) {
        return String.join(
                " ",
                found.stream()
                        .map(a -> a.getAddress().getHostAddress() + "/" + a.getPort())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp:0:1 | 0.0.0.0/1",
                "tcp::1 | 0:0:0:0:0:0:0:0/1 0.0.0.0/1",
                "tcp:*:1 | 0:0:0:0:0:0:0:0/1 0.0.0.0/1",
                "tcp::1,ipv4=on | 0.0.0.0/1",
                "tcp::1,ipv6=off | 0.0.0.0/1",
                "tcp::1,ipv6=on | 0:0:0:0:0:0:0:0/1",
                "tcp::1,ipv4=off | 0:0:0:0:0:0:0:0/1",
                "tcp::1,ipv4,ipv6 | 0:0:0:0:0:0:0:0/1",
                "tcp:both.example:1 | 10.0.0.1/1 fc00:0:0:0:0:0:0:1/1",
                "tcp:both.example:1,ipv4=on,ipv6=on | 10.0.0.1/1 fc00:0:0:0:0:0:0:1/1",
                "tcp:both.example:1,ipv6=on | fc00:0:0:0:0:0:0:1/1",
                "tcp:both.example:1,noipv6 | 10.0.0.1/1",
                "tcp:0:70000 | 0.0.0.0/4464",
                "tcp:0: 4 | 0.0.0.0/4",
                "tcp:0:vm | 0.0.0.0/4711",
                "tcp:0:ferry | 0.0.0.0/4711",
            })
    void aListenerIsBoundTo(String uri, String sockets) throws Exception {
        assertThat(text(of(uri).toListen())).isEqualTo(sockets);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp::1 | address resolution failed for :1: Name or service not known",
                "tcp:*:1 | address resolution failed for *:1: Bad value for ai_flags",
                "tcp:none.example:1 | address resolution failed for none.example:1: Name or service"
                        + " not known",
                "tcp:both.example:1,numeric | address resolution failed for both.example:1: Name or"
                        + " service not known",
                "tcp:127.0.0.1:1,ipv6=on | address resolution failed for 127.0.0.1:1: Address"
                        + " family for hostname not supported",
                "tcp:[::1]:1,ipv4=on | address resolution failed for ::1:1: Address family for"
                        + " hostname not supported",
                "tcp:0:abc | address resolution failed for 0:abc: Servname not supported for"
                        + " ai_socktype",
                "tcp:0:vm-udp | address resolution failed for 0:vm-udp: Servname not supported for"
                        + " ai_socktype",
                "tcp:0:-1 | address resolution failed for 0:-1: Servname not supported for"
                        + " ai_socktype",
                "tcp:0:0x10 | address resolution failed for 0:0x10: Servname not supported for"
                        + " ai_socktype",
                "tcp:0:1,ipv4=off,ipv6=off | Cannot disable IPv4 and IPv6 at same time",
            })
    void aConnectionGoesNowhere(String uri, String reason) throws Exception {
        TcpResolution resolution = of(uri);
        assertThatThrownBy(resolution::toConnect)
                .isInstanceOf(SocketFailure.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "tcp:0:1,true",
        "tcp::1,true",
        "tcp:[::1]:1,true",
        "tcp:both.example:1,false",
        "tcp:0:vm,false"
    })
    void onlyNamesHaveToBeLookedUp(String uri, boolean immediate) throws Exception {
        assertThat(of(uri).immediate()).isEqualTo(immediate);
    }
}
