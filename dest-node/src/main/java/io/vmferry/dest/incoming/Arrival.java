package io.vmferry.dest.incoming;

import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.protocol.status.RunState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a guest that has arrived: it runs, or is parked in the run state that it had at
 * the source. QEMU's {@code process_incoming_migration_bh}.
 */
final class Arrival {

    private static final Logger log = LoggerFactory.getLogger(Arrival.class);

    private final Guest guest;

    Arrival(Guest guest) {
        this.guest = guest;
    }

    void runOrPark() {
        RunControl run = guest.run();
        // a source that sends no globalstate is taken to have been running
        RunState atSource = globalState().orElse(RunState.RUNNING);
        if (!atSource.live()) {
            park(run, atSource);
        } else if (!run.autostart()) {
            run.become(RunState.PAUSED);
        } else if (atSource == RunState.SUSPENDED) {
            // live, but asleep: its vCPUs wait for a wake-up, here as there
            run.become(RunState.SUSPENDED);
        } else if (!run.start()) {
            log.error(
                    "The guest is here but not started: {} is held by somebody else",
                    guest.lease().description());
            run.become(RunState.PAUSED);
        }
    }

    private static void park(RunControl run, RunState atSource) {
        if (RunState.transitions().allows(run.state(), atSource)) {
            run.become(atSource);
        } else {
            log.warn("Run state {} of the source cannot be taken over", atSource.qmpName());
            run.become(RunState.PAUSED);
        }
    }

    private Optional<RunState> globalState() {
        return guest.devices().stream()
                .filter(GlobalStateDevice.class::isInstance)
                .map(GlobalStateDevice.class::cast)
                .findFirst()
                .flatMap(GlobalStateDevice::loaded);
    }
}
