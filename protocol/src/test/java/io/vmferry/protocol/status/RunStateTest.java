package io.vmferry.protocol.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmferry.protocol.Named;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RunStateTest {

    /** The inverse of the table: the states that can follow each state. */
    private static final String LEAVES_TO =
            """
            debug: running finish-migrate prelaunch suspended
            inmigrate: internal-error io-error paused running shutdown suspended watchdog \
            guest-panicked finish-migrate prelaunch postmigrate colo
            internal-error: paused finish-migrate prelaunch
            io-error: running finish-migrate prelaunch
            paused: running finish-migrate postmigrate prelaunch colo suspended
            postmigrate: running finish-migrate prelaunch
            prelaunch: running finish-migrate inmigrate
            finish-migrate: running paused postmigrate prelaunch colo internal-error io-error \
            shutdown suspended watchdog guest-panicked
            restore-vm: running prelaunch suspended
            running: debug internal-error io-error paused finish-migrate restore-vm save-vm \
            shutdown watchdog guest-panicked colo suspended
            save-vm: running suspended
            shutdown: paused finish-migrate prelaunch colo
            suspended: running finish-migrate prelaunch colo paused save-vm restore-vm shutdown
            watchdog: running finish-migrate prelaunch colo
            guest-panicked: running finish-migrate prelaunch
            colo: running prelaunch shutdown
            """;

    @Test
    void everyPairIsAllowedOrNotAsTheOtherWritingSays() {
        Set<String> allowed = new TreeSet<>();
        for (RunState from : RunState.values()) {
            for (RunState to : RunState.values()) {
                if (RunState.transitions().allows(from, to)) {
                    allowed.add(from.text() + " " + to.text());
                }
            }
        }
        assertThat(allowed).isEqualTo(MigrationTransitionsTest.edges(LEAVES_TO));
    }

    @Test
    void everyStateIsReachableFromBothStarts() {
        assertThat(Reachable.from(RunState.transitions(), RunState.PRELAUNCH))
                .containsExactlyInAnyOrder(RunState.values());
        assertThat(Reachable.from(RunState.transitions(), RunState.INMIGRATE))
                .containsExactlyInAnyOrder(RunState.values());
    }

    @Test
    void onlyARunningOrSleepingGuestIsLive() {
        assertThat(Arrays.stream(RunState.values()).filter(RunState::live))
                .containsExactly(RunState.RUNNING, RunState.SUSPENDED);
    }

    @Test
    void aNameLeadsBackToItsState() {
        for (RunState state : RunState.values()) {
            assertThat(Named.find(RunState.class, state.text())).contains(state);
        }
        assertThat(Named.find(RunState.class, "asleep")).isEmpty();
    }
}
