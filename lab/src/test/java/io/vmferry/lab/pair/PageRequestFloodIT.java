package io.vmferry.lab.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A destination floods the source with requests for 4 GiB each: its monitor replies, its memory
 * stays bounded, and its guest survives.
 */
@Isolated("what it measures depends on time")
class PageRequestFloodIT {

    private static final int MIB = 1 << 20;
    private static final int COMMANDS = 200;

    private static final long GOAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A busy machine may keep any process waiting now and then. */
    private static final long WORST_NANOS = 20 * GOAL_NANOS;

    /** All that the launcher allows the JVM, heap and buffers first; the guest uses no memory. */
    private static final long MOST_RESIDENT_BYTES = 400L * MIB;

    @TempDir Path directory;
    private Daemons daemons;

    @SuppressWarnings("NullAway.Init") // set as the test begins
    private DaemonProcess source;

    private GreedyDestination destination;

    @BeforeEach
    void open() throws IOException {
        daemons = new Daemons(directory);
        destination = new GreedyDestination();
    }

    @AfterEach
    void close() throws IOException {
        destination.close();
        daemons.close();
    }

    private void migrate(String options) throws Exception {
        source =
                daemons.source(
                        "--memory 16G --memory-overcommit --return-path inline --qmp --capability events"
                                + " --capability postcopy-ram "
                                + options);
        source.parameter("max-postcopy-bandwidth", MIB);
        source.migrate(destination.uri());
        source.qmp().awaitMigration("active");
    }

    private void assertReplies() throws Exception {
        long[] nanos = new long[COMMANDS];
        for (int i = 0; i < COMMANDS; i++) {
            long start = System.nanoTime();
            assertThat(source.queryMigrate().has("status")).isTrue();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        assertThat(nanos[COMMANDS * 95 / 100]).as("95th percentile").isLessThan(GOAL_NANOS);
        assertThat(nanos[COMMANDS - 1]).as("worst").isLessThan(WORST_NANOS);
    }

    private void assertSurvived() throws Exception {
        destination.close();
        source.qmp().awaitMigration("failed");
        assertThat(source.runState()).isEqualTo("running");
        assertThat(source.peakResidentBytes()).isLessThan(MOST_RESIDENT_BYTES);
    }

    @Test
    void inPrecopyRequestsAreReadAndCostNothing() throws Exception {
        migrate("");
        assertReplies();
        assertThat(source.queryMigrate().at("/ram/postcopy-requests").asLong()).isPositive();
        assertSurvived();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--capability postcopy-preempt"})
    void inPostcopyNoMoreIsReadThanCanBeKept(String preempt) throws Exception {
        migrate(preempt);
        source.qmp().execute("migrate-start-postcopy");
        destination.read();
        source.qmp().awaitMigration("postcopy-device");
        assertReplies();
        destination.stopReading();
        assertReplies();
        assertThat(source.queryMigrate().path("status").asText()).isEqualTo("postcopy-device");
        assertSurvived();
    }
}
