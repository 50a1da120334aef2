package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.objects.MigrationSecurity;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.TestAuthority;
import io.vmferry.machine.tls.TestAuthority.Leaf;
import io.vmferry.machine.tls.TlsEnd;
import io.vmferry.machine.tls.TlsException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links with TLS between two ends of this process, which are an end's credentials each. */
@Timeout(60)
class SecureTransportTest {

    private static final MigrationAddress ANY_PORT = new MigrationAddress.Tcp("127.0.0.1", 0);
    private static final String[] NONE = {};

    @TempDir Path directory;

    private final TestLoop test = new TestLoop(true);
    private final ObjectStore objects = new ObjectStore(Profile.DEFAULT, false);
    private final CompletableFuture<Link> accepted = new CompletableFuture<>();
    private Path good;

    @BeforeEach
    void files() throws IOException {
        good = TestAuthority.goodFolder(directory);
        Path keys = Files.createDirectories(directory.resolve("psk"));
        Files.writeString(keys.resolve("keys.psk"), "qemu:00112233445566778899aabbccddeeff\n");
        Path others = Files.createDirectories(directory.resolve("psk2"));
        Files.writeString(others.resolve("keys.psk"), "qemu:ffeeddccbbaa99887766554433221100\n");
    }

    @AfterEach
    void close() {
        assertThat(test.unexpected).isEmpty();
        test.close();
    }

    // ---- the two ends

    private void add(String type, String id, String... properties) throws CredentialsException {
        ObjectNode object =
                JsonNodeFactory.instance.objectNode().put("qom-type", type).put("id", id);
        for (String property : properties) {
            String[] parts = property.split("=", 2);
            if (parts[1].equals("off")) {
                object.put(parts[0], false);
            } else {
                object.put(parts[0], parts[1]);
            }
        }
        objects.add(object);
    }

    private SecureTransport transport(Profile profile, String... parameters) {
        Map<Parameter, Object> values = new EnumMap<>(Parameter.class);
        for (String parameter : parameters) {
            String[] parts = parameter.split("=", 2);
            values.put(
                    Arrays.stream(Parameter.values())
                            .filter(p -> p.text().equals(parts[0]))
                            .findFirst()
                            .orElseThrow(),
                    parts[1]);
        }
        try {
            MigrationOptions options =
                    new MigrationOptions(
                            profile,
                            Capabilities.none(),
                            Parameters.defaults(profile)
                                    .with(
                                            values,
                                            EnumSet.allOf(Parameter.class),
                                            Capabilities.none()));
            return new SecureTransport(
                    test.loop, test.transport, new MigrationSecurity(options, objects));
        } catch (OptionException e) {
            throw new AssertionError(e);
        }
    }

    private SecureTransport transport(String... parameters) {
        return transport(Profile.DEFAULT, parameters);
    }

    private AddressListener.Listening listen(Transport transport, MigrationAddress address) {
        var listening = new CompletableFuture<AddressListener.Listening>();
        transport.listen(
                address, accepted::complete, listening::complete, listening::completeExceptionally);
        return await(listening);
    }

    private static CompletableFuture<Link> connect(Transport transport, MigrationAddress address) {
        var connected = new CompletableFuture<Link>();
        transport.connect(address, connected::complete, connected::completeExceptionally);
        return connected;
    }

    private TestLoop.Pair pair(Transport client, Transport server) {
        try (var listening = listen(server, ANY_PORT)) {
            return new TestLoop.Pair(await(connect(client, listening.address())), await(accepted));
        }
    }

    /** Both handshakes are complete when the client has read what the server has written. */
    private TestLoop.Pair settledPair(Transport client, Transport server) {
        TestLoop.Pair pair = pair(client, server);
        var near = new RecordingListener(1);
        test.run(() -> {
            pair.near().attach(near);
            pair.far().write(Unpooled.copiedBuffer("!", UTF_8));
            pair.far().flush();
        });
        await(near.enough());
        return pair;
    }

    private static String refusal(CompletableFuture<Link> connecting) {
        try {
            connecting.get(TestLoop.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return "";
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(TlsException.class);
            return Worded.of(Objects.requireNonNull(e.getCause()));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** How the accepted link ends. */
    private Optional<IOException> end() {
        var listener = new RecordingListener();
        Link link = await(accepted);
        test.run(() -> link.attach(listener));
        return await(listener.closed);
    }

    private void x509() throws CredentialsException {
        add("tls-creds-x509", "server", "endpoint=server", "dir=" + good);
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + good);
    }

    private void preShared() throws CredentialsException {
        add("tls-creds-psk", "server", "endpoint=server", "dir=" + directory.resolve("psk"));
        add("tls-creds-psk", "client", "endpoint=client", "dir=" + directory.resolve("psk"));
    }

    private void credentials(String kind) throws CredentialsException {
        switch (kind) {
            case "x509" -> x509();
            case "psk" -> preShared();
            default -> {
                add("tls-creds-anon", "server", "endpoint=server");
                add("tls-creds-anon", "client", "endpoint=client");
            }
        }
    }

    // ---- what it carries

    @ParameterizedTest
    @ValueSource(strings = {"x509", "psk", "anon"})
    void carriesEveryByteBothWaysAndThenTheEnd(String kind) throws Exception {
        credentials(kind);
        byte[] sent = new byte[6 << 20];
        new SplittableRandom(7).nextBytes(sent);
        var pair = pair(transport("tls-creds=client"), transport("tls-creds=server"));
        var far = new RecordingListener();
        var near = new RecordingListener(6);
        var drained = new CompletableFuture<Void>();
        test.run(() -> {
            pair.far().attach(far);
            pair.near().attach(near);
            pair.far().write(Unpooled.copiedBuffer("answer", UTF_8));
            pair.far().flush();
        });
        await(near.enough());
        test.run(new Sender(pair.near(), sent, 7, drained)::start);

        await(drained);
        test.run(pair.near()::close);
        assertThat(await(far.closed)).isEmpty();
        assertThat(Arrays.equals(far.bytes.toByteArray(), sent)).as("seed 7").isTrue();
        assertThat(near.bytes.toString(UTF_8)).isEqualTo("answer");
    }

    @Test
    void withoutCredentialsNothingIsEncrypted() {
        var pair = pair(transport(NONE), transport(NONE));
        var far = new RecordingListener(5);
        test.run(() -> {
            pair.far().attach(far);
            pair.near().write(Unpooled.copiedBuffer("plain", UTF_8));
            pair.near().flush();
        });
        await(far.enough());
        assertThat(far.bytes.toString(UTF_8)).isEqualTo("plain");
    }

    @ParameterizedTest
    @CsvSource({"NORMAL:-VERS-TLS1.3", "NORMAL:-VERS-ALL:+VERS-TLS1.3", "SECURE256"})
    void aPriorityLimitsVersionsAndCiphers(String priority) throws Exception {
        add("tls-creds-x509", "server", "endpoint=server", "dir=" + good);
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + good, "priority=" + priority);
        pair(transport("tls-creds=client"), transport("tls-creds=server"));
    }

    // ---- how it ends

    @ParameterizedTest
    @ValueSource(strings = {"x509", "psk", "anon"})
    void aConnectionThatIsCutOffHasNotEnded(String kind) throws Exception {
        credentials(kind);
        var pair = settledPair(transport("tls-creds=client"), transport("tls-creds=server"));
        test.run(pair.near()::abort);
        assertThat(end().orElseThrow()).hasMessage(TlsEnd.CUT_OFF);
    }

    @Test
    void untilTenAMultifdChannelMayBeCutOff() throws Exception {
        x509();
        var pair =
                settledPair(
                        transport(Profile.QEMU_9_2, "tls-creds=client"),
                        transport(Profile.QEMU_9_2, "tls-creds=server"));
        test.run(() -> {
            pair.far().carries(ChannelRole.multifd(0));
            pair.near().abort();
        });
        assertThat(end()).isEmpty();
    }

    @Test
    void sinceTenAMultifdChannelHasToEndItsSession() throws Exception {
        x509();
        var pair = settledPair(transport("tls-creds=client"), transport("tls-creds=server"));
        test.run(() -> {
            pair.far().carries(ChannelRole.multifd(0));
            pair.near().abort();
        });
        assertThat(end().orElseThrow()).hasMessage(TlsEnd.CUT_OFF);
    }

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
        var listening = listen(server, ANY_PORT);
        var link = await(connect(transport("tls-creds=client"), listening.address()));
        if (allowed) {
            test.run(link::close);
            assertThat(end()).isEmpty();
        } else {
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

    // ---- credentials that are not there

    @ParameterizedTest
    @CsvSource({
        "nobody, No TLS credentials with id 'nobody'",
        "server, Expected TLS credentials for a client endpoint",
        "who, Object with id 'who' is not TLS credentials"
    })
    void credentialsThatCannotBeUsedConnectNothing(String id, String text) throws Exception {
        x509();
        add("authz-simple", "who", "identity=x");
        var listening = listen(transport(NONE), ANY_PORT);
        assertThat(refusal(connect(transport("tls-creds=" + id), listening.address())))
                .isEqualTo(text);
    }

    @Test
    void credentialsThatCannotBeUsedAcceptNothing() throws Exception {
        x509();
        var listening = listen(transport("tls-creds=client"), ANY_PORT);
        await(test.connect(listening.address()));
        assertThat(end().orElseThrow())
                .hasMessage("Expected TLS credentials for a server endpoint");
    }

    // ---- peers without TLS

    @ParameterizedTest
    @ValueSource(strings = {"x509", "psk"})
    void aPlainPeerIsNoSession(String kind) throws Exception {
        credentials(kind);
        var listening = listen(transport("tls-creds=server"), ANY_PORT);
        Link plain = await(test.connect(listening.address()));
        test.run(() -> {
            plain.write(Unpooled.copiedBuffer("QEVM\0\0\0\3", UTF_8));
            plain.flush();
        });
        assertThat(end().orElseThrow())
                .hasMessage("TLS handshake failed: An unexpected TLS packet was received.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x509", "psk"})
    void aPeerThatHangsUpIsNoSession(String kind) throws Exception {
        credentials(kind);
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var connecting =
                    connect(
                            transport("tls-creds=client"),
                            new MigrationAddress.Tcp("127.0.0.1", server.getLocalPort()));
            Socket peer = server.accept();
            peer.getInputStream().read();
            peer.shutdownOutput();
            assertThat(refusal(connecting))
                    .isEqualTo(
                            "TLS handshake failed: The TLS connection was non-properly terminated.");
            peer.close();
        }
    }

    @Test
    void aHandshakeThatIsCancelledLeavesNoConnection() throws Exception {
        x509();
        try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var result = new CompletableFuture<Object>();
            Cancellable connecting =
                    transport("tls-creds=client")
                            .connect(
                                    new MigrationAddress.Tcp("127.0.0.1", server.getLocalPort()),
                                    result::complete,
                                    result::complete);
            Socket peer = server.accept();
            peer.getInputStream().read();
            connecting.cancel();
            assertThat(peer.getInputStream().readAllBytes()).isNotEmpty();
            test.settle();
            assertThat(result).isNotDone();
        }
    }

    @Test
    void aFileCarriesNoSession() throws Exception {
        x509();
        var file = new MigrationAddress.File(directory.resolve("stream"), 0);
        assertThat(refusal(connect(transport("tls-creds=client"), file)))
                .startsWith("TLS handshake failed: ");
    }

    @Test
    void aPriorityThatCannotBeFollowedIsRefused() throws Exception {
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + good, "priority=HELLO");
        var listening = listen(transport(NONE), ANY_PORT);
        assertThat(refusal(connect(transport("tls-creds=client"), listening.address())))
                .isEqualTo(
                        "Cannot set default TLS session priority HELLO: The request is invalid.");
        assertThatThrownBy(() -> add("tls-creds-x509", "client", "endpoint=client", "dir=" + good))
                .hasMessage(
                        "attempt to add duplicate property 'client' to object (type 'container')");
    }
}
