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

/** Postcopy's change of owner: from POSTCOPY_LISTEN to the guest that runs here. */
public final class PostcopyRun {

    private final RunControl run;
    private final IncomingState state;
    private final PostcopyProgress progress;
    private final GuestClaim claim;
    private final Arrival arrival;

    /**
     * @param run of the guest that arrives
     */
    public PostcopyRun(RunControl run, IncomingState state, GuestClaim claim, Arrival arrival) {
        this.run = run;
        this.state = state;
        this.progress = state.postcopy();
        this.claim = claim;
        this.arrival = arrival;
    }

    /**
     * The source asks in the package whether it is loaded: what it hears of it is that the guest is
     * ours, so the lease is taken first. A guest that is not to run needs none.
     *
     * @param pong answers the source
     * @param goOn goes on with the package
     * @param failed gets what makes the migration fail, or has meanwhile
     */
    public void claim(Runnable pong, Runnable goOn, Consumer<Failure> failed) {
        boolean listening = progress.state() == PostcopyState.LISTENING;
        if (!listening || !run.autostart()) {
            if (listening) {
                progress.leaveToUs();
            }
            pong.run();
            goOn.run();
            return;
        }
        claim.ask(
                LeaseQuestion.DESTINATION_ANSWERS,
                () -> {
                    // whoever looks at the lease has seen since that it is ours, whatever
                    // has failed meanwhile
                    progress.leaveToUs();
                    pong.run();
                    goOn.run();
                    state.failedMeanwhile().ifPresent(failed);
                },
                failed);
    }

    /**
     * POSTCOPY_RUN. QEMU obeys it wherever it stands; but while a package loads it is the package
     * that says when all devices are there. A source that has not asked whether the package is
     * loaded has left the guest to us with the package, whether it may run here or not.
     *
     * @param besidePackage whether it stands on the main channel behind a package
     * @param started runs where the lease had to be asked: meanwhile all pages may have come
     * @param failed gets what makes the migration fail, or has meanwhile
     */
    public void run(boolean besidePackage, Runnable started, Consumer<Failure> failed)
            throws StreamException {
        progress.require("POSTCOPY_RUN", PostcopyState.LISTENING);
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

    /** The source will not run the guest any more, so that nothing is to be waited for. */
    public void runWhatIsOurs() {
        if (progress.leftToUs() && progress.state() == PostcopyState.LISTENING) {
            start();
        }
    }

    /** The guest is ours, so each step is done whatever becomes of another one. */
    private void start() {
        progress.move(PostcopyState.RUNNING);
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
