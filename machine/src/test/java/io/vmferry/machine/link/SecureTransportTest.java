package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.vmferry.machine.tls.TlsEnd;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.profile.Profile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What links with TLS carry, and how they end. */
@Timeout(60)
class SecureTransportTest extends SecureEnds {

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

    /** Two programs that each pass on what the other one is given. */
    private MigrationAddress.Exec program(String in, String out) {
        return MigrationAddress.Exec.shell(
                "cat %s & exec cat > %s".formatted(directory.resolve(in), directory.resolve(out)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x509", "psk", "anon"})
    void programsCarryItOverTheirPipes(String kind) throws Exception {
        credentials(kind);
        for (String fifo : new String[] {"a", "b"}) {
            String path = directory.resolve(fifo).toString();
            assertThat(new ProcessBuilder("mkfifo", path).start().waitFor()).isZero();
        }
        byte[] sent = new byte[3 << 20];
        new SplittableRandom(8).nextBytes(sent);
        String[] client = {"tls-creds=client", "tls-hostname=127.0.0.1"};
        var far = new RecordingListener();
        var near = new RecordingListener(6);
        var drained = new CompletableFuture<Void>();
        try (var _ = listen(transport("tls-creds=server"), program("b", "a"))) {
            Link source = await(connect(transport(client), program("a", "b")));
            Link destination = await(accepted);
            test.run(() -> {
                source.attach(near);
                destination.attach(far);
                destination.write(Unpooled.copiedBuffer("answer", UTF_8));
                destination.flush();
            });
            await(near.enough());
            test.run(new Sender(source, sent, 7, drained)::start);
            await(drained);
            test.run(source::close);
            assertThat(await(far.closed)).isEmpty();
            assertThat(Arrays.equals(far.bytes.toByteArray(), sent)).as("seed 8").isTrue();
            assertThat(near.bytes.toString(UTF_8)).isEqualTo("answer");
            test.run(destination::close);
        }
    }

    /** Its end of file is all that comes of a program whose output goes elsewhere. */
    @Test
    void aProgramThatDoesNotReplyFailsTheHandshake() throws Exception {
        credentials("anon");
        assertThat(
                        refusal(
                                connect(
                                        transport("tls-creds=client"),
                                        MigrationAddress.Exec.shell("exec cat >/dev/null"))))
                .isEqualTo("TLS handshake failed: The TLS connection was non-properly terminated.");
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
