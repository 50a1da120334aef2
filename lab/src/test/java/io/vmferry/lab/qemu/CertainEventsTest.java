package io.vmferry.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CertainEventsTest {

    private static List<String> migration(String... words) {
        return Stream.of(words).map(CertainEventsTest::event).toList();
    }

    private static String event(String word) {
        if (word.matches("\\d+")) {
            return "MIGRATION_PASS{\"pass\":" + word + "}";
        }
        return word.equals("STOP") ? word : "MIGRATION{\"status\":\"" + word + "\"}";
    }

    @Test
    void aSlowFirstPassTellsNoMoreThanAFastOne() {
        assertThat(
                        CertainEvents.of(
                                migration(
                                        "setup",
                                        "1",
                                        "active",
                                        "2",
                                        "STOP",
                                        "device",
                                        "3",
                                        "completed")))
                .isEqualTo(migration("setup", "1", "active", "STOP", "device", "2", "completed"));
    }

    @Test
    void everyMigrationCountsItsOwnPasses() {
        assertThat(
                        CertainEvents.of(
                                migration(
                                        "setup", "1", "active", "2", "failed", "setup", "1",
                                        "active")))
                .isEqualTo(migration("setup", "1", "active", "failed", "setup", "1", "active"));
    }

    @Test
    void deviceBeforeACancelIsARace() {
        assertThat(CertainEvents.of(migration("pre-switchover", "device", "cancelling")))
                .isEqualTo(migration("pre-switchover", "cancelling"));
    }

    @Test
    void theRestStaysAsItIs() {
        List<String> events = migration("setup", "1", "active", "STOP", "device", "2", "completed");
        assertThat(CertainEvents.of(events)).isEqualTo(events);
    }
}
