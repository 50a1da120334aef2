package io.vmferry.machine.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health check against monitors with various replies. */
class HealthCheckTest {

    private static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n";

    @TempDir Path directory;
    private Path socket;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        socket = directory.resolve("qmp");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void theRunStateIsFoundAfterEvents() throws Exception {
        says(
                GREETING
                        + "{\"return\": {}}\n"
                        + "{\"event\": \"MIGRATION\", \"data\": {\"status\": \"setup\"}}\n"
                        + "{\"return\": {\"running\": true, \"status\": \"running\"}}\n");
        assertThat(HealthCheck.runState(socket)).isEqualTo("running");
    }

    @Test
    void somethingElseIsNotHealthy() {
        says("SSH-2.0-OpenSSH\n");
        assertThatThrownBy(() -> HealthCheck.runState(socket))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SSH-2.0-OpenSSH");
    }

    @Test
    void nobodyIsNotHealthy() throws IOException {
        server.close();
        assertThatThrownBy(() -> HealthCheck.runState(socket)).isInstanceOf(IOException.class);
    }

    @Test
    void whoDoesNotReplyIsNotWaitedFor() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatThrownBy(() ->
                        HealthCheck.within(
                                0,
                                () -> {
                                    never.await();
                                    return "";
                                }))
                .hasMessage("No reply within 0 s");
    }

    /** Waits for both commands of a client, then sends {@code text} and closes the connection. */
    private void says(String text) {
        Thread.ofVirtual()
                .start(() -> {
                    try (SocketChannel client = server.accept()) {
                        BufferedReader in =
                                new BufferedReader(
                                        Channels.newReader(client, StandardCharsets.UTF_8));
                        in.readLine();
                        in.readLine();
                        client.write(StandardCharsets.UTF_8.encode(text));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
