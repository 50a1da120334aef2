package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.tls.TestAuthority;
import io.vmferry.machine.tls.TestAuthority.Leaf;
import io.vmferry.machine.tls.TlsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which peers get no link, and what either end sees of it. */
@Timeout(60)
class RefusedPeerTest extends SecureEnds {

    // ---- who is refused

    @Test
    void aClientRefusesTheCertificateOfAnotherHost() throws Exception {
        x509();
        var listening = listen(transport("tls-creds=server"), ANY_PORT);
        assertThat(
                        refusal(
                                connect(
                                        transport("tls-creds=client", "tls-hostname=other.example"),
                                        listening.address())))
                .isEqualTo("Certificate does not match the hostname other.example");
        // whether its handshake was complete before depends on time
        assertThat(end()).isPresent();
    }

    @Test
    void aClientNeedsANameToCompare() throws Exception {
        x509();
        MigrationAddress unix = new MigrationAddress.Unix(directory.resolve("link.sock"));
        var listening = listen(transport("tls-creds=server"), unix);
        assertThat(refusal(connect(transport("tls-creds=client"), listening.address())))
                .isEqualTo("No hostname for certificate validation");
        var named = transport("tls-creds=client", "tls-hostname=localhost");
        assertThat(await(connect(named, listening.address()))).isNotNull();
        test.close(listening);
    }

    @Test
    void aServerRefusesAClientWithoutACertificate() throws Exception {
        add("tls-creds-x509", "server", "endpoint=server", "dir=" + good);
        Path anonymous = Files.createDirectories(directory.resolve("anonymous"));
        Files.copy(good.resolve("ca-cert.pem"), anonymous.resolve("ca-cert.pem"));
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + anonymous);
        var listening = listen(transport("tls-creds=server"), ANY_PORT);
        var _ = connect(transport("tls-creds=client"), listening.address());
        assertThat(end().orElseThrow())
                .hasMessage("Verify failed: No certificate was found.")
                .isInstanceOf(TlsException.class);
    }

    @Test
    void aServerThatDoesNotVerifyTakesAnybody() throws Exception {
        add("tls-creds-x509", "server", "endpoint=server", "dir=" + good, "verify-peer=off");
        Path anonymous = Files.createDirectories(directory.resolve("anonymous"));
        Files.copy(good.resolve("ca-cert.pem"), anonymous.resolve("ca-cert.pem"));
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + anonymous);
        pair(transport("tls-creds=client"), transport("tls-creds=server"));
    }

    @Test
    void aServerRefusesTheCertificateOfAnotherAuthority() throws Exception {
        add("tls-creds-x509", "server", "endpoint=server", "dir=" + good);
        Path hostile = Files.createDirectories(directory.resolve("hostile"));
        TestAuthority other = new TestAuthority("Test CA");
        TestAuthority.write(other.issue(new Leaf("hostile.example")), hostile, "client");
        Files.copy(good.resolve("ca-cert.pem"), hostile.resolve("ca-cert.pem"));
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + hostile, "sanity-check=off");
        var listening = listen(transport("tls-creds=server"), ANY_PORT);
        var _ = connect(transport("tls-creds=client"), listening.address());
        assertThat(end().orElseThrow()).hasMessage("The certificate hasn't got a known issuer");
    }

    @ParameterizedTest
    @CsvSource({"CN=client.example, true", "CN=other.example, false"})
    void anAuthorisationDecidesWhoMayConnect(String identity, boolean allowed) throws Exception {
        x509();
        add("authz-simple", "who", "identity=" + identity);
        var server = transport("tls-creds=server", "tls-authz=who");
        if (allowed) {
            test.run(settledPair(transport("tls-creds=client"), server).near()::close);
            assertThat(end()).isEmpty();
        } else {
            await(connect(transport("tls-creds=client"), listen(server, ANY_PORT).address()));
            assertThat(end().orElseThrow())
                    .hasMessage("TLS x509 authz check for CN=client.example is denied");
        }
    }

    @Test
    void aMissingAuthorisationAllowsNobody() throws Exception {
        x509();
        var listening = listen(transport("tls-creds=server", "tls-authz=nobody"), ANY_PORT);
        await(connect(transport("tls-creds=client"), listening.address()));
        assertThat(end().orElseThrow()).hasMessage("Cannot find QAuthZ object ID nobody");
    }

    @Test
    void keysThatDifferMakeNoSession() throws Exception {
        add("tls-creds-psk", "server", "endpoint=server", "dir=" + directory.resolve("psk2"));
        add("tls-creds-psk", "client", "endpoint=client", "dir=" + directory.resolve("psk"));
        var listening = listen(transport("tls-creds=server"), ANY_PORT);
        var connecting = connect(transport("tls-creds=client"), listening.address());
        assertThat(refusal(connecting)).startsWith("TLS handshake failed: ");
        assertThat(end().orElseThrow())
                .isInstanceOf(TlsException.class)
                .hasMessageStartingWith("TLS handshake failed: ");
    }

    @Test
    void credentialsOfDifferentKindsMakeNoSession() throws Exception {
        add("tls-creds-anon", "server", "endpoint=server");
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + good);
        var listening = listen(transport("tls-creds=server"), ANY_PORT);
        var connecting = connect(transport("tls-creds=client"), listening.address());
        assertThat(refusal(connecting)).startsWith("TLS handshake failed: ");
        assertThat(end().orElseThrow()).hasMessageStartingWith("TLS handshake failed: ");
    }
}
