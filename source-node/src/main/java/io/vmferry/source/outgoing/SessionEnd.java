package io.vmferry.source.outgoing;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an outgoing migration comes to its end, or to a pause, and who has the guest then. The first
 * end counts.
 *
 * <p>Until the destination has said that the package is loaded (PONG 0x42), every end but a
 * completed one gives the guest back to this side. From then on the guest is the destination's, and
 * a break only pauses.
 */
final class SessionEnd {

    private static final Logger log = LoggerFactory.getLogger(SessionEnd.class);

    private final OutgoingSession session;
    private final MigrationState state;
    private final GuestStop guestStop;
    private final FailoverUnplug unplug;
    private boolean ended;
    private boolean paused;
    private boolean drained;
    private long endNanos;

    SessionEnd(OutgoingSession session, FailoverUnplug unplug) {
        this.session = session;
        this.unplug = unplug;
        this.state = session.state();
        this.guestStop = session.guestStop();
    }

    boolean halted() {
        return ended || paused;
    }

    boolean drained() {
        return drained;
    }

    /** When the migration ended, by the loop's clock. */
    OptionalLong nanos() {
        return ended ? OptionalLong.of(endNanos) : OptionalLong.empty();
    }

    // ---- success

    void streamDrained() {
        drained = true;
        session.downtime().enter(DowntimeClock.Part.DESTINATION, session.nanoTime());
        if (session.channels().returnPath().map(SourceReturnPath::shut).orElse(true)) {
            complete();
        }
    }

    void destinationFinished() {
        if (drained) {
            complete();
        }
    }

    private void complete() {
        if (halted()) {
            return;
        }
        session.downtime().end(session.nanoTime());
        finish();
        session.channels().close();
        state.move(lastStatus(), MigrationStatus.COMPLETED);
        session.guest().run().become(RunState.POSTMIGRATE);
        session.migration().ended(session);
    }

    private MigrationStatus lastStatus() {
        if (session.postcopy().packageSent()) {
            return MigrationStatus.POSTCOPY_ACTIVE;
        }
        boolean device =
                session.profile().alwaysEntersDevice()
                        || session.has(Capability.PAUSE_BEFORE_SWITCHOVER);
        return device ? MigrationStatus.DEVICE : MigrationStatus.ACTIVE;
    }

    // ---- channels break

    /**
     * A channel broke, or what came on it was wrong: what that means depends on who has the guest.
     */
    void broke(String reason) {
        if (halted()) {
            return;
        }
        if (!session.postcopy().packageSent()) {
            fail(reason);
        } else if (state.get() == MigrationStatus.POSTCOPY_DEVICE) {
            settleByLease(reason);
        } else {
            pause(reason);
        }
    }

    /**
     * The package is out and nothing says whether the guest runs at the destination. The disks
     * decide: only who holds the lease may run it.
     */
    private void settleByLease(String reason) {
        switch (guestStop.reclaim()) {
            case OURS -> {
                log.info(
                        "Decided by {}: it is ours again, so the guest stays here; PONG 0x42 has not come",
                        session.guest().lease().description());
                fail(reason);
            }
            case HELD_ELSEWHERE -> {
                log.warn(
                        "Decided by {}: the destination has it and runs the guest, though its PONG 0x42 has not come",
                        session.guest().lease().description());
                state.move(MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
                pause(reason);
            }
            case RAN_ELSEWHERE ->
                    fail(reason + "; the guest has run at the destination and was lost with it");
        }
    }

    /** Also where a recovery got stuck: it may be tried again, any number of times. */
    private void pause(String reason) {
        session.migration().error(reason);
        paused = true;
        session.driver().idle();
        session.channels().abort();
        session.postcopy().paused();
        releaseReturnPath();
        if (state.get() != MigrationStatus.POSTCOPY_PAUSED) {
            state.move(state.get(), MigrationStatus.POSTCOPY_PAUSED);
        }
        session.migration().paused(session);
    }

    /** A recovery begins. */
    void resume() {
        paused = false;
        drained = false;
    }

    /** {@code migrate-pause}. */
    void pauseByUser() {
        pause("Postcopy migration is paused by the user");
    }

    // ---- failure and cancel

    /** Ends the migration with an error; the guest runs on here. */
    void fail(String reason) {
        if (halted()) {
            return;
        }
        if (unplug.putsOff(() -> fail(reason))) {
            session.channels().abort();
            return;
        }
        session.migration().error(reason);
        finish();
        session.channels().abort();
        if (session.profile().knowsFailing()) {
            state.move(state.get(), MigrationStatus.FAILING);
            giveBack(() -> {
                state.move(MigrationStatus.FAILING, MigrationStatus.FAILED);
                endedHere();
            });
        } else {
            state.move(state.get(), MigrationStatus.FAILED);
            giveBack(this::endedHere);
        }
    }

    /** {@code migrate_cancel}: the guest runs on here. */
    void cancel() {
        if (halted()) {
            return;
        }
        state.move(state.get(), MigrationStatus.CANCELLING);
        finish();
        session.channels().abort();
        session.loop().execute(() -> unplug.settle(() -> giveBack(this::cancelled)));
    }

    private void cancelled() {
        state.move(MigrationStatus.CANCELLING, MigrationStatus.CANCELLED);
        endedHere();
    }

    private void endedHere() {
        unplug.plugBack();
        session.migration().ended(session);
    }

    /** The guest is to be as it was before, which takes until a stop under way has finished. */
    private void giveBack(Runnable done) {
        RunState before = session.guest().run().state();
        guestStop.undo(() -> {
            if (!before.live() && session.guest().run().state().live()) {
                session.downtime().guestBack(session.nanoTime());
                session.probe().reached(PointName.GUEST_RESUMED);
            }
            done.run();
        });
    }

    private void finish() {
        ended = true;
        endNanos = session.nanoTime();
        session.driver().stop();
        releaseReturnPath();
        session.autoConverge().stop();
    }

    /** Later, since the end may have come from a message that is still being read. */
    private void releaseReturnPath() {
        OutgoingChannels channels = session.channels();
        session.loop().execute(() -> channels.returnPath().ifPresent(SourceReturnPath::release));
    }
}
