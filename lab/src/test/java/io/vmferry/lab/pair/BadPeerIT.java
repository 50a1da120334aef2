package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A source whose migration cannot work says why, and its guest runs on. */
class BadPeerIT {

    private static final Path FULL = Path.of("/dev/full");
    private static final String MACHINE = "--memory 16M --device virtio-net ";

    @TempDir Path directory;
    private Daemons daemons;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @ParameterizedTest(name = "return path {0}")
    @ValueSource(strings = {"channel", "inline"})
    void guestSurvivesDestinationsOfAnotherKind(String returnPath) throws Exception {
        DaemonProcess source = source("--capability return-path --return-path " + returnPath);
        refusedBy(source, "--machine none --memory 16M", "machine type received is 'synthetic'");
        refusedBy(source, "--memory 32M --device virtio-net", "16 MiB at the source");
        refusedBy(source, "--memory 16M", "virtio-net' instance 0 here");

        DaemonProcess destination =
                daemons.destination(MACHINE + "--once --incoming tcp:127.0.0.1:0");
        source.qmp().forgetEvents();
        source.migrate(destination.listening());
        source.qmp().awaitMigration("completed");
        destination.exits(0);
    }

    private void refusedBy(DaemonProcess source, String options, String why) throws Exception {
        DaemonProcess destination = daemons.destination(options + " --incoming tcp:127.0.0.1:0");
        failed(source, destination.listening());
        destination.exits(3);
        assertThat(destination.reason()).contains(why);
    }

    @Test
    void guestSurvivesPeerThatIsNoDestination() throws Exception {
        DaemonProcess source = source("--capability return-path --return-path inline");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerAsHttp(server));
            String why = failed(source, "tcp:127.0.0.1:" + server.getLocalPort());
            assertThat(why).startsWith("Return path: ");
        }
    }

    private static void answerAsHttp(ServerSocket server) {
        try (Socket client = server.accept()) {
            client.getOutputStream()
                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // the source has gone, as it should
        }
    }

    @Test
    void guestSurvivesAMissingDestination() throws Exception {
        DaemonProcess source = source("");
        assertThat(failed(source, "unix:" + daemons.file("nobody")))
                .isEqualTo(
                        "Failed to connect to '%s': No such file or directory",
                        daemons.file("nobody"));
        Path nowhere = daemons.file("no/where");
        String reason = "Could not create '%s': No such file or directory".formatted(nowhere);
        JsonNode refusal =
                source.qmp().send("migrate", "{\"uri\": \"file:%s\"}".formatted(nowhere));
        assertThat(refusal.at("/error/desc").asText()).isEqualTo(reason);
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("failed");
        assertThat(source.queryMigrate().path("error-desc").asText()).isEqualTo(reason);
        assertThat(source.runState()).isEqualTo("running");
    }

    @Test
    void guestSurvivesFullDisk() throws Exception {
        assumeTrue(Files.isWritable(FULL), FULL + ", a disk that is always full, is not here");
        DaemonProcess source = source("");
        assertThat(failed(source, "file:" + FULL))
                .containsPattern("Main channel broke after [0-9,]+ bytes: No space left on device");
        JsonNode refusal =
                source.qmp()
                        .send(
                                "pmemsave",
                                "{\"val\": 0, \"size\": 16777216, \"filename\": \"%s\"}"
                                        .formatted(FULL));
        assertThat(refusal.at("/error/desc").asText())
                .isEqualTo(
                        "Cannot save memory to /dev/full after 0 of 16777216 bytes: No space left"
                                + " on device");
        assertThat(source.runState()).isEqualTo("running");
    }

    private DaemonProcess source(String options) throws IOException {
        return daemons.source(
                MACHINE
                        + "--workload uniform,rate=100,boot=4M --capability events --qmp "
                        + options);
    }

    /** Migrates to something that cannot work; returns why it did not. */
    private static String failed(DaemonProcess source, String uri) throws Exception {
        source.qmp().forgetEvents();
        source.migrate(uri);
        source.qmp().awaitMigration("failed");
        assertThat(source.runState()).isEqualTo("running");
        assertThat(source.complaints()).isEmpty();
        return source.queryMigrate().path("error-desc").asText();
    }
}
