package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The owner of the guest when one side of a postcopy is killed, and the report of the other one.
 */
class PostcopyKillIT {

    private static final String MACHINE =
            "--memory 128M --vcpus 2 --capability postcopy-ram --capability events ";
    private static final String DEVICE = "--device virtio-net,load-time=%s ";
    private static final String NEVER = "1000s";
    private static final String AT_ONCE = "0";

    /** All that the guest writes to after its start lies in here. */
    private static final int RANGE_BYTES = 4 << 20;

    private static final String WORKLOAD = "--workload uniform,rate=20000,boot=128M,range=4M ";
    private static final long SLOW = 4 << 20;

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

    // ---- the destination dies in the middle of a device load

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "--return-path channel",
        "--return-path inline",
        "--return-path channel --capability postcopy-preempt",
        "--return-path inline --profile qemu-11.1"
    })
    void theSourceTakesItsGuestBack(String options) throws Exception {
        DaemonProcess source = source(options);
        DaemonProcess destination = destination(options, NEVER);
        startPostcopy(source, destination);
        source.qmp().awaitMigration("postcopy-device");
        destination.qmp().awaitMigration("postcopy-device");
        destination.kill();

        source.qmp().awaitMigration("failed");
        source.qmp().awaitEvent("RESUME");
        assertThat(source.runState()).isEqualTo("running");
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("failed");
        assertThat(source.queryMigrate().path("error-desc").asText())
                .containsPattern(" [\\d,]+ bytes");
        assertThat(source.verdict()).contains("migration failed: the guest runs on here");
        arrives(source, options);
    }

    /** Nothing of the attempt that failed is left: the guest moves, and its memory is right. */
    private void arrives(DaemonProcess source, String options) throws Exception {
        source.qmp().forgetEvents();
        DaemonProcess fresh = destination(options, AT_ONCE);
        startPostcopy(source, fresh);
        source.parameter("max-postcopy-bandwidth", 0);
        source.qmp().awaitMigration("completed");
        fresh.qmp().awaitMigration("completed");
        assertThat(fresh.verdict()).contains("Memory is what the guest last wrote");
        fresh.qmp().execute("quit");
        fresh.exits(0);
        assertThat(source.runState()).isEqualTo("postmigrate");
        assertThat(source.complaints()).isEmpty();
    }

    @ParameterizedTest(name = "after {0} passes")
    @ValueSource(ints = {0, 1})
    void theSourceEndsWithItsGuestSafe(int passes) throws Exception {
        DaemonProcess destination = destination("", NEVER);
        DaemonProcess source = lonelySource(destination, passes, "");
        destination.qmp().awaitMigration("postcopy-device");
        destination.kill();
        source.exits(3);
        assertThat(source.said())
                .contains("migration failed: the guest has not moved, and ends with this process")
                .containsPattern("reason .* [\\d,]+ bytes");
        assertThat(source.complaints()).isEmpty();
    }

    /**
     * The purpose of postcopy-device: without it the source does not know that it may resume the
     * guest.
     */
    @Test
    void aSourceThatDoesNotKnowPostcopyDevicePauses() throws Exception {
        String old = "--profile qemu-9.2";
        DaemonProcess source = source(old);
        DaemonProcess destination = destination(old, NEVER);
        startPostcopy(source, destination);
        source.qmp().awaitMigration("postcopy-active");
        destination.qmp().awaitMigration("postcopy-active");
        destination.kill();

        source.qmp().awaitMigration("postcopy-paused");
        assertThat(source.verdict())
                .contains("migration postcopy-paused: the guest was to run at the destination")
                .contains("nobody has taken lease");
        assertThat(source.runState()).isEqualTo("finish-migrate");
    }

    // ---- the destination dies with the guest

    @Test
    void theGuestIsLostWithADestinationThatRunsIt() throws Exception {
        DaemonProcess source = source("");
        DaemonProcess destination = destination("", AT_ONCE);
        startPostcopy(source, destination);
        source.qmp().awaitMigration("postcopy-active");
        destination.qmp().awaitEvent("RESUME");
        destination.kill();

        source.qmp().awaitMigration("postcopy-paused");
        assertLost(source.verdict());
        assertThat(source.runState()).isEqualTo("finish-migrate");
        assertThat(source.qmp().send("cont", "{}").at("/error/desc").asText())
                .isEqualTo("Migration is not finalized yet");
        assertThat(source.qmp().send("migrate_cancel", "{}").at("/error/desc").asText())
                .contains("cannot cancel");
    }

    @Test
    void aSourceWithoutMonitorEndsWithItsGuestLost() throws Exception {
        DaemonProcess destination = destination("", AT_ONCE);
        DaemonProcess source =
                lonelySource(destination, 0, "--parameter max-postcopy-bandwidth=4M");
        destination.qmp().awaitEvent("RESUME");
        destination.kill();
        source.exits(4);
        assertLost(source.said());
    }

    private static void assertLost(String verdict) {
        assertThat(verdict)
                .contains("migration postcopy-paused: the guest ran at the destination and is lost")
                .contains("nobody holds lease")
                .containsPattern("missing +\\d.* of the guest's memory are only here");
    }

    // ---- the source dies

    @Test
    void theGuestRunsOnWithTheMemoryThatItHas() throws Exception {
        DaemonProcess source = source("");
        DaemonProcess destination = destination("", AT_ONCE);
        startPostcopy(source, destination);
        destination.qmp().awaitEvent("RESUME");
        workingSet(destination); // comes back when all of it is there
        source.kill();

        destination.qmp().awaitMigration("postcopy-paused");
        assertThat(destination.verdict())
                .contains(
                        "migration postcopy-paused: the guest runs here without all of its memory");
        assertThat(destination.runState()).isEqualTo("running");
        assertContinuesWriting(destination);
    }

    private void assertContinuesWriting(DaemonProcess destination) throws Exception {
        byte[] before = workingSet(destination);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (Arrays.equals(before, workingSet(destination))) {
            assertThat(System.nanoTime()).as("the guest writes nothing any more").isLessThan(end);
        }
    }

    private byte[] workingSet(DaemonProcess destination) throws Exception {
        return Files.readAllBytes(
                destination.qmp().saveMemory(daemons.file("range.img"), RANGE_BYTES));
    }

    // ---- the pair

    private DaemonProcess source(String options) throws IOException {
        return daemons.source(MACHINE + DEVICE.formatted(AT_ONCE) + WORKLOAD + "--qmp " + options);
    }

    /** A source without a monitor. */
    private DaemonProcess lonelySource(DaemonProcess destination, int passes, String options)
            throws Exception {
        return daemons.source(
                MACHINE
                        + DEVICE.formatted(AT_ONCE)
                        + WORKLOAD
                        + "--postcopy-after %d --migrate %s %s"
                                .formatted(passes, destination.listening(), options));
    }

    /** Its monitor is listened to from the beginning, so that no event is missed. */
    private DaemonProcess destination(String options, String loadTime) throws Exception {
        String same = options.replaceAll("--return-path \\w+", "");
        DaemonProcess node =
                daemons.destination(
                        MACHINE
                                + DEVICE.formatted(loadTime)
                                + "--qmp --incoming tcp:127.0.0.1:0 "
                                + same);
        node.qmp();
        return node;
    }

    /** Migrates and switches before the guest's memory has passed once. */
    private static void startPostcopy(DaemonProcess source, DaemonProcess destination)
            throws Exception {
        source.parameter("max-bandwidth", SLOW);
        source.parameter("max-postcopy-bandwidth", SLOW);
        source.migrate(destination.listening());
        source.qmp().awaitMigration("active");
        source.qmp().execute("migrate-start-postcopy");
    }
}
