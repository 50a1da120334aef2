package io.vmferry.machine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.status.MigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class MigrationLogTest {

    private final List<String> lines = new ArrayList<>();
    private Optional<String> reason = Optional.empty();

    private void note(Level level, String line) {
        lines.add(level + " " + line);
    }

    @Test
    void aSourceSaysWhereItGoesAndWhyItDoesNotGoOn() {
        MigrationLog steps =
                new MigrationLog(() -> Optional.of("to tcp:h:1"), () -> reason, this::note);
        steps.reached(PointName.STATUS, MigrationStatus.SETUP);
        steps.reached(PointName.CONNECTED);
        steps.reached(PointName.STATUS, MigrationStatus.ACTIVE);
        steps.reached(PointName.GUEST_STOPPED);
        reason = Optional.of("cut");
        steps.reached(PointName.STATUS, MigrationStatus.FAILED);
        steps.reached(PointName.GUEST_RESUMED);
        assertThat(lines)
                .containsExactly(
                        "INFO Migration status setup: to tcp:h:1",
                        "INFO Connected to tcp:h:1",
                        "INFO Migration status active",
                        "INFO The guest is stopped",
                        "WARN Migration status failed: cut",
                        "INFO The guest runs here again");
    }

    @Test
    void aDestinationSaysWhoHasConnected() {
        MigrationLog steps =
                new MigrationLog(() -> Optional.of("from 10.0.0.1:2"), () -> reason, this::note);
        steps.reached(PointName.MAIN_CHANNEL);
        reason = Optional.of("silent");
        steps.reached(PointName.STATUS, MigrationStatus.POSTCOPY_PAUSED);
        steps.reached(PointName.RECOVERY_CHANNEL);
        steps.reached(PointName.STATUS, MigrationStatus.COMPLETED);
        assertThat(lines)
                .containsExactly(
                        "INFO The source has connected from 10.0.0.1:2",
                        "WARN Migration status postcopy-paused: silent",
                        "INFO The source has connected from 10.0.0.1:2",
                        "INFO Migration status completed");
    }
}
