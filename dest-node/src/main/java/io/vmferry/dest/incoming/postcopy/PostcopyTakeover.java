package io.vmferry.dest.incoming.postcopy;

import io.vmferry.dest.incoming.guest.Arrival;
import io.vmferry.dest.incoming.guest.GuestClaim;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.dest.incoming.state.PostcopyProgress;
import io.vmferry.machine.guest.RunControl;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.LeaseQuestion;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.stream.StreamException;
import java.util.function.Consumer;

/**
 * Postcopy's change of owner: from POSTCOPY_LISTEN to the guest that runs here.
 *
 * @param run of the guest that arrives
 */
public record PostcopyTakeover(
        RunControl run, IncomingState state, GuestClaim claim, Arrival arrival) {

    /**
     * Handles PING 0x42 in the package: the answer tells the source that the destination owns the
     * guest, so the lease is taken first. A guest that is not to run needs none.
     *
     * @param pong answers the source
     * @param goOn goes on with the package
     * @param failed gets what makes the migration fail, or has meanwhile
     */
    public void claim(Runnable pong, Runnable goOn, Consumer<Failure> failed) {
        boolean listening = state.postcopy().state() == PostcopyState.LISTENING;
        if (!listening || !run.autostart()) {
            if (listening) {
                state.postcopy().leaveToUs();
            }
            pong.run();
            goOn.run();
            return;
        }
        claim.ask(
                LeaseQuestion.DESTINATION_ANSWERS,
                () -> {
                    // the lease shows the destination as its holder since, whatever has failed
                    // meanwhile
                    state.postcopy().leaveToUs();
                    pong.run();
                    goOn.run();
                    state.failedMeanwhile().ifPresent(failed);
                },
                failed);
    }

    /**
     * POSTCOPY_RUN. QEMU accepts it anywhere; here not on the main channel while a package loads,
     * since the package says when all devices are loaded. A source without PING 0x42 has given the
     * guest up with the package, whether it may run here or not.
     *
     * @param besidePackage whether it stands on the main channel after a package
     * @param started runs where the lease had to be asked: meanwhile all pages may have come
     * @param failed gets what makes the migration fail, or has meanwhile
     */
    public void run(boolean besidePackage, Runnable started, Consumer<Failure> failed)
            throws StreamException {
        if (state.postcopy().ignoresRun()) {
            return;
        }
        state.postcopy().require("POSTCOPY_RUN", PostcopyState.LISTENING);
        if (besidePackage) {
            throw PostcopyProgress.refused(
                    "POSTCOPY_RUN on the main channel while the package is loading");
        }
        if (!run.autostart()) {
            start();
            return;
        }
        claim.ask(
                LeaseQuestion.DESTINATION_RUNS,
                () -> {
                    start();
                    started.run();
                    state.failedMeanwhile().ifPresent(failed);
                },
                failed);
    }

    /** Starts the guest without POSTCOPY_RUN if the source has given it up. */
    public void runWhatIsOurs() {
        if (state.postcopy().leftToUs() && state.postcopy().state() == PostcopyState.LISTENING) {
            state.postcopy().startedWithoutRun();
            start();
        }
    }

    /** Starts the guest; each step is done even if another one fails. */
    private void start() {
        state.postcopy().move(PostcopyState.RUNNING);
        AllSteps.run(
                arrival::prepare,
                () -> {
                    if (state.status() == MigrationStatus.POSTCOPY_DEVICE) {
                        state.move(
                                MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
                    }
                },
                arrival::runOrPause);
    }
}
