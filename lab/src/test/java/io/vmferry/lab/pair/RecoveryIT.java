package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Postcopies of a running guest are cut and recovered, several times. */
class RecoveryIT {

    private static final String MACHINE =
            "--memory 64M --vcpus 2 --capability postcopy-ram --capability events --qmp ";
    private static final String WORKLOAD = "--workload uniform,boot=64M,rate=1000 ";
    private static final String ANY_PORT = "tcp:127.0.0.1:0";
    private static final long BYTES_PER_SECOND = 8 << 20;

    /** About what the whole handshake takes, both ways: one bitmap and some commands. */
    private static final int HANDSHAKE_BYTES = 2200;

    private static final int MANY_BYTES = 1 << 20;

    @TempDir Path directory;
    private Daemons daemons;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private DaemonProcess source;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private DaemonProcess destination;

    @SuppressWarnings("NullAway.Init") // set by start, unless the test fails before
    private CutPair pair;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        if (pair != null) {
            pair.close();
        }
        daemons.close();
    }

    private void start(String options) throws Exception {
        String there = options.replaceAll("--return-path \\w+", "");
        destination = daemons.destination(MACHINE + "--incoming " + ANY_PORT + " " + there);
        source = daemons.source(MACHINE + WORKLOAD + options);
        pair = new CutPair(source.qmp(), destination.qmp(), destination.listening());
        pair.startPostcopy(BYTES_PER_SECOND);
    }

    private void arrives() throws Exception {
        pair.complete();
        destination.awaitSaid(".*Memory is what the guest last wrote.*");
        source.awaitSaid("migration completed: .*");
        assertThat(source.runState()).isEqualTo("postmigrate");
        destination.qmp().execute("quit");
        destination.exits(0);
    }

    @ParameterizedTest(name = "{0}, seed {1}, {2} cuts")
    @CsvSource({
        "--return-path channel, 1, 50",
        "--return-path inline, 2, 8",
        "--return-path channel --capability postcopy-preempt, 3, 8",
        "--return-path inline --capability postcopy-preempt, 4, 8",
        "--return-path inline --capability postcopy-preempt --profile qemu-7.2, 5, 4",
        "--return-path channel --capability postcopy-preempt --profile qemu-7.2, 8, 4",
        "--return-path channel --profile qemu-9.2, 6, 4",
        "--return-path channel --profile qemu-11.1, 7, 4",
        "--return-path channel --capability multifd, 9, 4",
        "--return-path inline --capability multifd --capability postcopy-preempt, 10, 4"
    })
    void everyCutIsRecovered(String options, long seed, int cuts) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        start(options);
        pair.cutAfter(random.nextInt(MANY_BYTES));
        for (int cut = 1; cut < cuts; cut++) {
            boolean inHandshake = random.nextInt(3) == 0;
            pair.resume(ANY_PORT, random.nextInt(inHandshake ? HANDSHAKE_BYTES : MANY_BYTES));
            pair.awaitPaused();
            assertThat(destination.runState()).isEqualTo("running");
            assertThat(source.runState()).isEqualTo("finish-migrate");
        }
        pair.recover(ANY_PORT);
        arrives();
    }

    // ---- what can go wrong before there are channels

    /** Except 7.2, which reports an error only of a migration that has failed. */
    @ParameterizedTest
    @ValueSource(strings = {"qemu-9.2", "qemu-10.2", "qemu-11.1"})
    void aDeadPortLeavesItPausedForAnotherTry(String profile) throws Exception {
        start("--profile " + profile);
        pair.cutAfter(MANY_BYTES);
        for (int i = 0; i < 2; i++) {
            source.qmp().forgetEvents();
            int port = deadPort();
            pair.resumeTo("tcp:127.0.0.1:" + port);
            awaitError(source.qmp(), Integer.toString(port));
            assertThat(source.queryMigrate().path("status").asText()).isEqualTo("postcopy-paused");
            source.qmp().awaitMigration("postcopy-paused");
            assertThat(source.qmp().eventNames())
                    .containsExactly(
                            "MIGRATION(postcopy-recover-setup)", "MIGRATION(postcopy-paused)");
        }
        pair.recover(ANY_PORT);
        assertThat(source.queryMigrate().has("error-desc")).isFalse();
        arrives();
    }

    private static void awaitError(QmpClient side, String part) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        JsonNode report;
        do {
            report = side.execute("query-migrate");
            assertThat(System.nanoTime()).as("no error with %s: %s", part, report).isLessThan(end);
        } while (!report.path("error-desc").asText().contains(part));
    }

    private static int deadPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }

    @Test
    void theLastMigrateRecoverCounts() throws Exception {
        start("");
        pair.cutAfter(MANY_BYTES);
        String first = pair.listen(ANY_PORT);
        String second = pair.listen(ANY_PORT);
        assertThat(second).isNotEqualTo(first);

        source.qmp().forgetEvents();
        pair.resumeTo(first);
        source.qmp().awaitMigration("postcopy-paused");
        assertThat(source.queryMigrate().path("error-desc").asText())
                .contains(first.substring("tcp:".length()));

        assertRefused(destination, "migrate-recover", "{\"uri\": \"tcp:127.0.0.1:1x\"}");
        pair.recover(ANY_PORT);
        arrives();
    }

    @Test
    void aPeerThatIsNoDestinationLeavesItPaused() throws Exception {
        start("");
        pair.cutAfter(MANY_BYTES);
        source.qmp().forgetEvents();
        DaemonProcess another = daemons.destination("--memory 32M --once --incoming " + ANY_PORT);
        pair.resumeTo(another.listening());
        source.qmp().awaitMigration("postcopy-paused");
        another.exits(3);
        pair.recover(ANY_PORT);
        arrives();
    }

    @Test
    void nothingIsResumedThatIsNotPaused() throws Exception {
        start("");
        assertRefused(source, "migrate", "{\"uri\": \"tcp:127.0.0.1:1\", \"resume\": true}");
        assertRefused(destination, "migrate-recover", "{\"uri\": \"" + ANY_PORT + "\"}");
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("postcopy-active");
        pair.cutAfter(MANY_BYTES);
        assertRefused(source, "migrate-pause", "{}");
        assertRefused(destination, "migrate-pause", "{}");
        assertRefused(source, "migrate_cancel", "{}");
        pair.recover(ANY_PORT);
        arrives();
    }

    private static void assertRefused(DaemonProcess node, String command, String arguments)
            throws Exception {
        JsonNode reply = node.qmp().send(command, arguments);
        assertThat(reply.at("/error/desc").asText()).as("%s: %s", command, reply).isNotEmpty();
    }

    // ---- the user pauses

    @ParameterizedTest
    @CsvSource({"source", "destination"})
    void theUserPauses(String side) throws Exception {
        start("--return-path inline");
        DaemonProcess asked = side.equals("source") ? source : destination;
        for (int i = 0; i < 3; i++) {
            source.qmp().forgetEvents();
            destination.qmp().forgetEvents();
            asked.qmp().execute("migrate-pause");
            source.qmp().awaitMigration("postcopy-paused");
            destination.qmp().awaitMigration("postcopy-paused");
            if (asked == source) {
                assertThat(source.queryMigrate().path("error-desc").asText())
                        .contains("paused by the user");
            }
            assertThat(destination.queryMigrate().has("error-desc")).isFalse();
            pair.recover(ANY_PORT);
        }
        arrives();
    }
}
