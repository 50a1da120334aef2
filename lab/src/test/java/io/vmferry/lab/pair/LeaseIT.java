package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.lease.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lease file that is full, deleted or replaced neither loses the guest nor runs it twice. */
class LeaseIT {

    private static final int START_FAILED = 1;
    private static final int GUEST_SAFE_AT_SOURCE = 3;
    private static final String ANY_PORT = "tcp:127.0.0.1:0";
    private static final String GUEST = "--memory 32M --vcpus 1 --qmp ";
    private static final String WORKLOAD = "--workload uniform,boot=32M,rate=500 ";

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private Daemons daemons;

    @AfterEach
    void close() throws IOException {
        daemons.close();
    }

    private Path lease() {
        return directory.resolve("lease");
    }

    private Path guard() {
        return directory.resolve(".lease.lock");
    }

    // ---- full

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFullDiskIsNoTroubleForALeaseThatIsThere(boolean postcopy) throws Exception {
        try (TinyDisk disk = TinyDisk.mount(directory)) {
            daemons = new Daemons(directory, disk.path().resolve("lease"));
            DaemonProcess destination = destination(postcopy);
            DaemonProcess source = source(postcopy);
            disk.fill();
            migrate(source, destination, postcopy);
            destination.awaitSaid(".*Memory is what the guest last wrote.*");
            source.qmp().awaitMigration("completed");
            assertThat(destination.runState()).isEqualTo("running");
            daemons.close();
        }
    }

    /** Neither side can write the lease: the source continues as soon as it can. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLeaseThatCannotBeWrittenLeavesTheGuestToTheSource(boolean postcopy) throws Exception {
        try (TinyDisk disk = TinyDisk.mount(directory)) {
            Path lease = disk.path().resolve("lease");
            daemons = new Daemons(directory, lease);
            DaemonProcess destination = destination(postcopy);
            DaemonProcess source = source(postcopy);
            fillInPlaceOf(lease, disk);

            migrate(source, destination, postcopy);
            destination.exits(GUEST_SAFE_AT_SOURCE);
            assertThat(destination.said())
                    .contains(
                            "reason     The guest may not run here: lease "
                                    + lease
                                    + " cannot be used: No space left on device");
            source.awaitLogged(".*ERROR .*lease .* cannot be used: No space left on device.*");
            assertThat(source.runState()).isEqualTo("finish-migrate");

            disk.free();
            source.qmp().awaitEvent("RESUME");
            source.qmp().awaitMigration("failed");
            assertThat(source.runState()).isEqualTo("running");
            DaemonProcess second = destination(postcopy);
            migrate(source, second, postcopy);
            second.awaitSaid(".*Memory is what the guest last wrote.*");
            daemons.close();
        }
    }

    /** The holder writes it again once a second, unless the disk is full by then. */
    private static void fillInPlaceOf(Path lease, TinyDisk disk) throws IOException {
        disk.fill();
        while (Files.size(lease) > 0) {
            disk.free();
            Files.write(lease, new byte[0]);
            disk.fill();
        }
    }

    private DaemonProcess destination(boolean postcopy) throws IOException {
        return daemons.destination(GUEST + capability(postcopy) + "--incoming " + ANY_PORT);
    }

    private DaemonProcess source(boolean postcopy) throws Exception {
        DaemonProcess source = daemons.source(GUEST + capability(postcopy) + WORKLOAD);
        assertThat(source.runState()).isEqualTo("running");
        return source;
    }

    private static String capability(boolean postcopy) {
        return "--capability events "
                + (postcopy ? "--capability postcopy-ram " : "--capability return-path ");
    }

    private static void migrate(DaemonProcess source, DaemonProcess destination, boolean postcopy)
            throws Exception {
        source.migrate(destination.listening());
        if (postcopy) {
            source.qmp().execute("migrate-start-postcopy");
        }
    }

    // ---- deleted and replaced

    @Test
    void deletingOneFileLetsNoSecondGuestRun() throws Exception {
        daemons = new Daemons(directory);
        DaemonProcess first = daemons.source(GUEST + "--name first");
        assertThat(first.runState()).isEqualTo("running");
        for (Path file : new Path[] {lease(), guard()}) {
            Files.delete(file);
            refused(first);
        }
        assertThat(first.runState()).isEqualTo("running");
    }

    @Test
    void replacingTheFileLetsNoSecondGuestRun() throws Exception {
        daemons = new Daemons(directory);
        DaemonProcess first = daemons.source(GUEST + "--name first");
        assertThat(first.runState()).isEqualTo("running");
        Files.move(lease(), directory.resolve("aside"));
        Files.copy(directory.resolve("aside"), lease());
        refused(first);
        first.awaitLogged(".*lease was missing or changed and is made again.*");
        refused(first);
    }

    private void refused(DaemonProcess first) throws Exception {
        DaemonProcess second = daemons.source(GUEST + "--name second");
        second.exits(START_FAILED);
        assertThat(second.complaint())
                .isEqualTo(
                        "Cannot start the guest: lease %s is held by pid %d first",
                        lease(), first.pid());
    }

    /** The holder detects a replaced file, which no lock can prevent. */
    @Test
    void whoLosesBothFilesStopsItsGuest() throws Exception {
        daemons = new Daemons(directory);
        DaemonProcess first = daemons.source(GUEST + "--name first");
        assertThat(first.runState()).isEqualTo("running");
        signal("-STOP", first);
        DaemonProcess second;
        try {
            Files.delete(lease());
            Files.delete(guard());
            second = daemons.source(GUEST + "--name second");
            assertThat(second.runState()).isEqualTo("running");
        } finally {
            signal("-CONT", first);
        }
        first.qmp().awaitEvent("STOP");
        assertThat(first.runState()).isEqualTo("paused");
        assertThat(second.runState()).isEqualTo("running");
        String holder = "pid %d second".formatted(second.pid());
        first.awaitLogged(".*ERROR The guest is stopped: lease .* is lost, .* held by " + holder);
        assertThat(first.qmp().send("cont", "{}").at("/error/desc").asText())
                .isEqualTo("Cannot run the guest: lease %s is held by %s", lease(), holder);
    }

    private static void signal(String name, DaemonProcess node) throws Exception {
        assertThat(new ProcessBuilder("kill", name, Long.toString(node.pid())).start().waitFor())
                .isZero();
    }
}
