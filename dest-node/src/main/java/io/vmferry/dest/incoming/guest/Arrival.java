package io.vmferry.dest.incoming.guest;

import io.vmferry.machine.announce.SelfAnnouncement;
import io.vmferry.machine.announce.SelfAnnouncement.AnnounceParameters;
import io.vmferry.machine.device.FailoverPrimary;
import io.vmferry.machine.device.GlobalStateDevice;
import io.vmferry.machine.guest.Guest;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.status.RunState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a guest that has arrived: plugs its failover primaries and runs it, or sets the run state
 * that it had at the source. QEMU's {@code process_incoming_migration_bh}.
 *
 * @param beforeStart runs when the guest has been loaded and its vCPUs are about to start
 */
public record Arrival(
        Guest guest, MigrationOptions options, EngineLoop loop, Probe probe, Runnable beforeStart) {

    private static final Logger log = LoggerFactory.getLogger(Arrival.class);

    /**
     * Prepares the start of the loaded guest: its network cards announce themselves before it runs.
     */
    public void prepare() {
        AllSteps.run(
                () ->
                        new SelfAnnouncement(loop, probe, guest.devices())
                                .start(AnnounceParameters.of(options.parameters())),
                beforeStart,
                () -> guest.failoverPrimaries().forEach(FailoverPrimary::plug));
    }

    /** Whether the guest is to run now, for which it needs its lease. */
    public boolean runs() {
        return atSource().live() && atSource() != RunState.SUSPENDED && guest.run().autostart();
    }

    /** A source that sends no globalstate is taken to have been running. */
    private RunState atSource() {
        return globalState().orElse(RunState.RUNNING);
    }

    /** Starts the guest of a precopy, or sets the run state that it had at the source. */
    public void runOrPark() {
        RunControl run = guest.run();
        RunState atSource = atSource();
        if (!atSource.live()) {
            park(run, atSource);
        } else if (!run.autostart()) {
            run.become(RunState.PAUSED);
        } else if (atSource == RunState.SUSPENDED) {
            // live, but asleep: its vCPUs wait for a wake-up, here as there
            run.become(RunState.SUSPENDED);
        } else {
            runOrPause();
        }
    }

    /** Starts the guest with its lease and autostart, whatever its run state at the source. */
    public void runOrPause() {
        RunControl run = guest.run();
        if (run.autostart() && guest.lease().held()) {
            run.run();
            tellStarted();
        } else {
            run.become(RunState.PAUSED);
        }
    }

    private void tellStarted() {
        if (guest.run().state() == RunState.RUNNING) {
            probe.reached(PointName.GUEST_STARTED);
        }
    }

    private static void park(RunControl run, RunState atSource) {
        if (RunState.transitions().allows(run.state(), atSource)) {
            run.become(atSource);
        } else {
            log.warn("Run state {} of the source cannot be taken over", atSource.text());
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
