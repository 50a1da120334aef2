package io.vmferry.machine.link;

import static io.vmferry.machine.link.TestLoop.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.objects.MigrationSecurity;
import io.vmferry.machine.objects.ObjectStore;
import io.vmferry.machine.tls.CredentialsException;
import io.vmferry.machine.tls.TestAuthority;
import io.vmferry.machine.tls.TlsException;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.OptionException;
import io.vmferry.protocol.options.Parameter;
import io.vmferry.protocol.options.Parameters;
import io.vmferry.protocol.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two ends of links with TLS in this process, each with the credentials that a test gives it. */
abstract class SecureEnds {

    static final MigrationAddress ANY_PORT = new MigrationAddress.Tcp("127.0.0.1", 0);
    static final String[] NONE = {};

    @TempDir Path directory;

    final TestLoop test = new TestLoop(true);
    final ObjectStore objects = new ObjectStore(Profile.DEFAULT, false);
    final CompletableFuture<Link> accepted = new CompletableFuture<>();
    Path good;

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

    void add(String type, String id, String... properties) throws CredentialsException {
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

    SecureTransport transport(Profile profile, String... parameters) {
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

    SecureTransport transport(String... parameters) {
        return transport(Profile.DEFAULT, parameters);
    }

    AddressListener.Listening listen(Transport transport, MigrationAddress address) {
        var listening = new CompletableFuture<AddressListener.Listening>();
        transport.listen(
                address, accepted::complete, listening::complete, listening::completeExceptionally);
        return await(listening);
    }

    static CompletableFuture<Link> connect(Transport transport, MigrationAddress address) {
        var connected = new CompletableFuture<Link>();
        transport.connect(address, connected::complete, connected::completeExceptionally);
        return connected;
    }

    TestLoop.Pair pair(Transport client, Transport server) {
        try (var listening = listen(server, ANY_PORT)) {
            return new TestLoop.Pair(await(connect(client, listening.address())), await(accepted));
        }
    }

    /** Both handshakes are complete when the client has read what the server has written. */
    TestLoop.Pair settledPair(Transport client, Transport server) {
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

    static String refusal(CompletableFuture<Link> connecting) {
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
    Optional<IOException> end() {
        var listener = new RecordingListener();
        Link link = await(accepted);
        test.run(() -> link.attach(listener));
        return await(listener.closed);
    }

    void x509() throws CredentialsException {
        add("tls-creds-x509", "server", "endpoint=server", "dir=" + good);
        add("tls-creds-x509", "client", "endpoint=client", "dir=" + good);
    }

    void preShared() throws CredentialsException {
        add("tls-creds-psk", "server", "endpoint=server", "dir=" + directory.resolve("psk"));
        add("tls-creds-psk", "client", "endpoint=client", "dir=" + directory.resolve("psk"));
    }

    void credentials(String kind) throws CredentialsException {
        switch (kind) {
            case "x509" -> x509();
            case "psk" -> preShared();
            default -> {
                add("tls-creds-anon", "server", "endpoint=server");
                add("tls-creds-anon", "client", "endpoint=client");
            }
        }
    }
}
