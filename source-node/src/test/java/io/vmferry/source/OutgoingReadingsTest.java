package io.vmferry.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutgoingReadingsTest {

    @ParameterizedTest
    @CsvSource({
        "NONE, RUNNING, true, true",
        "NONE, PAUSED, true, true",
        "NONE, PRELAUNCH, false, true", // --paused
        "NONE, PRELAUNCH, true, false", // waits for its lease
        "ACTIVE, RUNNING, true, false",
        "POSTCOPY_PAUSED, FINISH_MIGRATE, true, false",
        "FAILED, RUNNING, true, true",
        "CANCELLED, RUNNING, true, true",
        "COMPLETED, POSTMIGRATE, true, false"
    })
    void isReadyWithAGuestThatIsHereAndNotBeingMigrated(
            MigrationStatus status, RunState state, boolean autostart, boolean ready) {
        assertThat(OutgoingReadings.ready(status, state, autostart)).isEqualTo(ready);
    }
}
