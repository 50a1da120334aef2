package io.vmferry.lab.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.lab.process.ChildProcess;
import io.vmferry.lab.process.QmpClient;
import io.vmferry.machine.monitor.MonitorAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pair of the compose file, driven through its published monitors. */
@NeedsEngine
class ComposeIT {

    @TempDir Path directory;
    private final int source = freePort();
    private final int destination = freePort();
    private List<String> settings;
    private Compose compose;

    ComposeIT() throws IOException {}

    @BeforeEach
    void open() throws Exception {
        compose = new Compose(directory);
        settings =
                List.of(
                        "COMPOSE_PROJECT_NAME=vmferry-" + Images.TAG,
                        "VMFERRY_TAG=" + Images.TAG,
                        "VMFERRY_SOURCE_PORT=" + source,
                        "VMFERRY_DEST_PORT=" + destination);
    }

    @AfterEach
    void close() throws Exception {
        if (compose != null) {
            try (ChildProcess down =
                    compose.start("down", settings, "down", "--volumes", "--timeout", "5")) {
                assertThat(down.exitCode()).as(down.stdout()).isZero();
            }
        }
    }

    @Test
    void theGuestMoves() throws Exception {
        try (ChildProcess up = compose.start("up", settings, "up")) {
            // only when the destination is healthy
            up.awaitLine(Pattern.compile(".*source.*Monitor at tcp:.*:4441"));
            up.awaitLine(Pattern.compile(".*source.*Metrics at http://0.0.0.0:9464/metrics"));
            try (QmpClient qmp = monitor(source);
                    QmpClient other = monitor(destination)) {
                assertThat(other.execute("query-status").path("status").asText())
                        .isEqualTo("inmigrate");
                qmp.execute("migrate", "{\"uri\": \"tcp:dest.migration:4444\"}");
                qmp.awaitMigration("completed");
                other.awaitMigration("completed");
            }
            up.awaitLine(Pattern.compile(".*Memory is what the guest last wrote.*"));
        }
    }

    /** As a script does it, which gets the verdict and the exit code from compose. */
    @Test
    void thePairMigratesByItselfAndComposeReturnsTheVerdict() throws Exception {
        List<String> more = new ArrayList<>(settings);
        more.add("VMFERRY_SOURCE_OPTIONS=--migrate tcp:dest.migration:4444");
        more.add("VMFERRY_DEST_OPTIONS=--once");
        try (ChildProcess up = compose.start("once", more, "up", "--exit-code-from", "dest")) {
            assertThat(up.exitCode()).as(up.stdout()).isZero();
            assertThat(up.stdout()).contains("Memory is what the guest last wrote");
        }
    }

    private static QmpClient monitor(int port) throws IOException, InterruptedException {
        return QmpClient.connect(new MonitorAddress.TcpMonitor("127.0.0.1", port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }
}
