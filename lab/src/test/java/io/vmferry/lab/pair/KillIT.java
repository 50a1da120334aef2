package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When the destination is killed at any moment of a precopy, the source keeps its guest, reports
 * the failure and can migrate again; a destination whose source is killed reports it and ends.
 */
class KillIT {

    private static final String MACHINE =
            "--memory 128M --vcpus 2 --device virtio-net,load-time=%s ";
    private static final String WORKLOAD = "--workload hotset,rate=10000,boot=16M ";
    private static final String NEVER = "1000s";
    private static final String AT_ONCE = "0";

    /** Slower than the guest writes: a migration that does not come to its end. */
    private static final long SLOW = 16 << 20;

    private static final long FAST = 1L << 40;

    @TempDir Path directory;
    private Daemons daemons;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private DaemonProcess source;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    @ParameterizedTest(name = "return path {0}, killed in {1}")
    @CsvSource({
        "channel, setup active later-pass pre-switchover device",
        "inline, active device",
        "none, later-pass pre-switchover"
    })
    void guestSurvivesEveryDestination(String returnPath, String moments) throws Exception {
        source = startSource(returnPath);
        for (String moment : moments.split(" ")) {
            DaemonProcess destination = migrateInto(moment);
            destination.kill();
            if (moment.equals("pre-switchover")) {
                // as in QEMU the guest waits for the manager, and the break shows after that
                source.qmp().execute("migrate-continue", "{\"state\": \"pre-switchover\"}");
            }
            source.qmp().awaitMigration("failed");
            assertRunsOn("failed", "after a kill in " + moment);
            assertThat(source.queryMigrate().path("error-desc").asText())
                    .as("after a kill in %s", moment)
                    .containsPattern(" [\\d,]+ bytes|[Cc]onnection ")
                    .doesNotContain("Exception");
        }
        moves();
    }

    @Test
    void guestSurvivesCancel() throws Exception {
        source = startSource("channel");
        for (String moment : List.of("active", "pre-switchover")) {
            DaemonProcess destination = migrateInto(moment);
            source.qmp().execute("migrate_cancel");
            source.qmp().awaitMigration("cancelled");
            assertRunsOn("cancelled", "after a cancel in " + moment);
            destination.exits(3);
            assertThat(destination.reason()).containsPattern("[( ]at byte [0-9,]+");
        }
        moves();
    }

    @ParameterizedTest(name = "return path {0}, killed in {1}")
    @CsvSource({
        "channel, active",
        "channel, later-pass",
        "channel, pre-switchover",
        "channel, device",
        "inline, active",
        "inline, pre-switchover",
        "none, later-pass"
    })
    void destinationReportsThatItsSourceHasEnded(String returnPath, String moment)
            throws Exception {
        source = startSource(returnPath);
        DaemonProcess destination = migrateInto(moment);
        source.kill();
        destination.exits(3);
        assertThat(destination.reason()).containsPattern("[( ]at byte [0-9,]+");
    }

    private DaemonProcess startSource(String returnPath) throws IOException {
        String options =
                returnPath.equals("none")
                        ? ""
                        : "--capability return-path --return-path " + returnPath + " ";
        return daemons.source(
                MACHINE.formatted(AT_ONCE) + WORKLOAD + options + "--capability events --qmp");
    }

    /** Starts a migration to a new destination that stays at the moment until it is ended. */
    private DaemonProcess migrateInto(String moment) throws IOException, InterruptedException {
        boolean pausing = moment.equals("pre-switchover");
        source.capability("pause-before-switchover", pausing);
        bandwidth(pausing || moment.equals("device") ? FAST : SLOW);
        DaemonProcess destination = destination(NEVER);
        source.qmp().forgetEvents();
        source.migrate(destination.listening());
        if (moment.equals("later-pass")) {
            source.qmp().awaitEvent("third pass", e -> e.at("/data/pass").asInt() == 3);
        } else {
            source.qmp().awaitMigration(moment);
        }
        return destination;
    }

    private DaemonProcess destination(String loadTime) throws IOException {
        return daemons.destination(
                MACHINE.formatted(loadTime) + "--once --incoming tcp:127.0.0.1:0");
    }

    private void assertRunsOn(String status, String when) throws IOException, InterruptedException {
        assertThat(source.runState()).as(when).isEqualTo("running");
        assertThat(source.queryMigrate().path("status").asText()).as(when).isEqualTo(status);
    }

    /** The guest that went through all this still moves, and its memory is right. */
    private void moves() throws IOException, InterruptedException {
        source.capability("pause-before-switchover", false);
        bandwidth(FAST);
        DaemonProcess destination = destination(AT_ONCE);
        source.qmp().forgetEvents();
        source.migrate(destination.listening());
        source.qmp().awaitMigration("completed");
        destination.exits(0);
        assertThat(source.runState()).isEqualTo("postmigrate");
        assertThat(source.complaints()).isEmpty();
    }

    private void bandwidth(long bytesPerSecond) throws IOException, InterruptedException {
        source.parameter("max-bandwidth", bytesPerSecond);
    }
}
