package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Background snapshots of a guest that writes as fast as it can; the exit code of the destination
 * that loads one is 0 only when its memory has proved itself.
 */
class BackgroundSnapshotIT {

    private static final String BUSY =
            "--memory 64M --vcpus 2 --workload hotset,rate=max,boot=32M,zero=10 --qmp --capability events"
                    + " --capability background-snapshot";

    @TempDir Path directory;
    private Daemons daemons;

    /** Those that have a copy of the guest, which a common lease would keep from running. */
    private Daemons others;

    @BeforeEach
    void open() {
        daemons = new Daemons(directory);
        others = new Daemons(directory, directory.resolve("other-lease"));
    }

    @AfterEach
    void close() throws IOException {
        daemons.close();
        others.close();
    }

    private void requireLoads(Path file) throws Exception {
        DaemonProcess destination =
                others.destination("--memory 64M --vcpus 2 --once --incoming file:" + file);
        destination.exits(0);
        assertThat(destination.verdict()).contains("Memory is what the guest last wrote");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:%s", "exec:cat > %s"})
    void theFileHoldsOneMomentAndTheGuestRunsOn(String address) throws Exception {
        Path file = daemons.file("snapshot");
        DaemonProcess source = daemons.source(BUSY);
        source.migrate(address.formatted(file));
        source.qmp().awaitEvent("STOP");
        source.qmp().awaitEvent("RESUME");
        source.qmp().awaitMigration("completed");
        assertThat(source.runState()).isEqualTo("running");
        assertThat(source.queryMigrate().path("downtime").isNumber()).isTrue();
        assertThat(source.qmp().execute("x-vmferry-verdict").path("guest").asText())
                .isEqualTo("runs-here");
        requireLoads(file);

        Files.delete(file);
        source.qmp().forgetEvents();
        source.migrate(address.formatted(file));
        source.qmp().awaitMigration("completed");
        requireLoads(file);
        source.qmp().execute("quit");
        source.exits(0);
        assertThat(source.complaints()).isEmpty();
    }

    @Test
    void aDestinationRunsACopyBesideTheGuest() throws Exception {
        DaemonProcess destination =
                others.destination("--memory 64M --vcpus 2 --once --incoming tcp:127.0.0.1:0");
        String uri = destination.listening();
        DaemonProcess source =
                daemons.source(
                        "--memory 64M --vcpus 2 --workload uniform,rate=max,boot=16M"
                                + " --capability background-snapshot --migrate "
                                + uri);
        source.exits(0);
        assertThat(source.verdict()).contains("a snapshot of the guest is saved");
        destination.exits(0);
        assertThat(destination.verdict()).contains("Memory is what the guest last wrote");
    }
}
