package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmferry.lab.process.Qemu;
import io.vmferry.lab.process.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The same migration by two real QEMUs and by our two daemons: in each state {@code query-migrate}
 * has the same members of the same types on both sides, and the same events are emitted in the same
 * order.
 */
@Isolated("what it measures depends on time")
class SameFiguresIT {

    /** So slow that there is time for everything that must happen in active. */
    private static final long SLOW = 8 << 20;

    private static final long FAST = 10L << 30;

    /** The replies of two QEMUs or two of our daemons. */
    private record Shown(Map<String, String> shapes, List<String> source, List<String> other) {}

    /** A way to migrate. */
    @FunctionalInterface
    private interface Story {
        void play(ComparedPair pair) throws Exception;
    }

    @TempDir Path directory;
    private Path image;

    @BeforeAll
    static void needsQemu() {
        assumeTrue(Qemu.installed(), "qemu-system-x86_64 is not installed");
    }

    @BeforeEach
    void content() throws IOException {
        byte[] bytes = new byte[64 << 20];
        new SplittableRandom(3).nextBytes(bytes);
        image = Files.write(directory.resolve("ram.img"), bytes);
    }

    private static Shown played(ComparedPair pair, Story story) throws Exception {
        try (pair) {
            story.play(pair);
            return new Shown(pair.shapes, pair.source.eventNames(), pair.destination.eventNames());
        }
    }

    private void compare(Story story) throws Exception {
        Shown theirs =
                played(
                        ComparedPair.ofQemu(Files.createDirectory(directory.resolve("q")), image),
                        story);
        Shown ours =
                played(
                        ComparedPair.ofOurs(Files.createDirectory(directory.resolve("o")), image),
                        story);
        assertThat(ours.shapes).as("query-migrate by moment").isEqualTo(theirs.shapes);
        assertThat(ours.source)
                .as("events of the source")
                .isEqualTo(withoutCancelledDevice(theirs.source));
        assertThat(arrival(ours.other))
                .as("events of the destination")
                .isEqualTo(arrival(theirs.other));
    }

    /**
     * The events of a real source without a status device that its cancel ended: a cancel in
     * pre-switchover wakes the migration first and sets its status afterwards, so that some QEMUs
     * enter device in between. Ours never does.
     */
    private static List<String> withoutCancelledDevice(List<String> events) {
        List<String> certain = new ArrayList<>(events);
        int cancelling = certain.indexOf("MIGRATION(cancelling)");
        if (cancelling > 0 && certain.get(cancelling - 1).equals("MIGRATION(device)")) {
            certain.remove(cancelling - 1);
        }
        return certain;
    }

    /** The reply of a destination after a source has connected. */
    private static List<String> arrival(List<String> events) {
        return events.stream().filter(name -> !name.equals("MIGRATION(setup)")).toList();
    }

    // ---- what all stories have in common

    private void startSlowly(ComparedPair pair) throws Exception {
        String address = "{\"uri\": \"unix:" + directory.resolve("migrate") + "\"}";
        pair.note("at first");
        pair.bandwidth(SLOW);
        pair.destination.execute("migrate-incoming", address);
        pair.source.execute("migrate", address);
        pair.awaitStatus(pair.source, "active");
        pair.awaitStatus(pair.destination, "active");
        pair.note("active");
    }

    private static void both(ComparedPair pair, String... capabilities) throws Exception {
        for (QmpClient side : List.of(pair.source, pair.destination)) {
            pair.capabilities(side, capabilities);
        }
    }

    private static void finish(ComparedPair pair) throws Exception {
        pair.bandwidth(FAST);
        pair.awaitStatus(pair.source, "completed");
        pair.awaitStatus(pair.destination, "completed");
        pair.note("completed");
    }

    // ---- the stories

    @Test
    void completesAfterAPause() throws Exception {
        compare(pair -> {
            both(pair, "events", "return-path", "pause-before-switchover");
            startSlowly(pair);
            pair.bandwidth(FAST);
            pair.awaitStatus(pair.source, "pre-switchover");
            pair.note("pre-switchover");
            pair.source.execute("migrate-continue", "{\"state\": \"pre-switchover\"}");
            finish(pair);
        });
    }

    @Test
    void completesWithoutReturnPathAndEventsOnOneSideOnly() throws Exception {
        compare(pair -> {
            pair.capabilities(pair.source, "events");
            startSlowly(pair);
            finish(pair);
        });
    }

    @Test
    void movesAStoppedGuest() throws Exception {
        compare(pair -> {
            both(pair, "events", "return-path");
            pair.source.execute("stop");
            startSlowly(pair);
            finish(pair);
            assertThat(pair.destination.execute("query-status").get("status").asText())
                    .isEqualTo("paused");
        });
    }

    @Test
    void isCancelledWhileActive() throws Exception {
        compare(pair -> {
            both(pair, "events", "return-path");
            startSlowly(pair);
            pair.source.execute("migrate_cancel");
            pair.source.awaitMigration("cancelled");
            pair.noteSource("cancelled");
            pair.destination.awaitMigration("failed");
        });
    }

    @Test
    void isCancelledWhileItPauses() throws Exception {
        compare(pair -> {
            both(pair, "events", "return-path", "pause-before-switchover");
            startSlowly(pair);
            pair.bandwidth(FAST);
            pair.source.awaitMigration("pre-switchover");
            pair.source.execute("migrate_cancel");
            pair.source.awaitMigration("cancelled");
            pair.noteSource("cancelled");
            pair.destination.awaitMigration("failed");
        });
    }

    @Test
    void failsWhenTheDestinationDies() throws Exception {
        compare(pair -> {
            both(pair, "events", "return-path");
            startSlowly(pair);
            pair.killDestination();
            pair.source.awaitMigration("failed");
            pair.noteSource("failed");
        });
    }
}
