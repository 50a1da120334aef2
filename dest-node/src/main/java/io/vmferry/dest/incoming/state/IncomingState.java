package io.vmferry.dest.incoming.state;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.Side;
import io.vmferry.protocol.stream.StreamError;
import io.vmferry.protocol.stream.StreamException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The state of an incoming migration: status, pause and end with their reason, the claim on the
 * guest, the progress of postcopy. All parts read it here. Confined to the engine's loop.
 */
public final class IncomingState {

    /** The claim on the guest's lease. */
    public enum ClaimStatus {
        /** Not asked for, refused or given up; a guest that stays stopped here has none. */
        NONE,
        /** Asked for, and the lease has not responded. */
        ASKED,
        /** The lease is held here. */
        OURS
    }

    private final MigrationOptions options;
    private final MigrationState status;
    private final PostcopyProgress postcopy = new PostcopyProgress();
    private ClaimStatus claim = ClaimStatus.NONE;
    private Optional<Failure> failedMeanwhile = Optional.empty();
    private Optional<Failure> failure = Optional.empty();
    private boolean paused;
    private boolean ended;
    private boolean coloAsked;
    private final Set<String> logged = new HashSet<>();

    /** A migration that has not begun. */
    public IncomingState(MigrationOptions options, Probe probe, EventSink events) {
        this.options = options;
        this.status =
                new MigrationState(
                        Side.DESTINATION,
                        options.profile(),
                        (from, to) -> {
                            probe.reached(PointName.STATUS, to);
                            if (options.capabilities().has(Capability.EVENTS)) {
                                events.emit(new QmpEvent.Migration(to));
                            }
                        });
    }

    // ---- status

    public MigrationStatus status() {
        return status.get();
    }

    /** See {@link MigrationState#move}. */
    public boolean move(MigrationStatus expected, MigrationStatus next) {
        return status.move(expected, next);
    }

    /** The status until a source connects. */
    public MigrationStatus awaiting() {
        return options.profile().has(Trait.INCOMING_SETUP)
                ? MigrationStatus.SETUP
                : MigrationStatus.NONE;
    }

    /** Whether a recovery is running, before its POSTCOPY_RESUME. */
    public boolean recovering() {
        return status() == MigrationStatus.POSTCOPY_RECOVER;
    }

    public PostcopyProgress postcopy() {
        return postcopy;
    }

    // ---- pause and end

    /** Notes that postcopy is paused. */
    public void pause() {
        paused = true;
    }

    /** Ends the pause, and drops its reason. */
    public void resume() {
        paused = false;
        failure = Optional.empty();
    }

    /** Whether a postcopy waits for its recovery. */
    public boolean paused() {
        return paused;
    }

    /** The migration has ended. */
    public void end() {
        ended = true;
    }

    public boolean ended() {
        return ended;
    }

    /** Why the migration fails or pauses. */
    public void failed(Failure why) {
        failure = Optional.of(why);
    }

    /** Why the migration has failed or paused. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** Whether the migration has ended or is paused, or will once the lease has responded. */
    public boolean halted() {
        return ended || paused || (undecided() && failedMeanwhile.isPresent());
    }

    /** Refuses the rest of a stream that is being read when the migration ends or pauses. */
    public void requireGoingOn() throws StreamException {
        if (halted()) {
            throw StreamException.of(
                    StreamError.MIGRATION_ENDED, "the migration has ended or paused");
        }
    }

    /** The source asks for a COLO secondary. */
    public void askForColo() {
        coloAsked = true;
    }

    public boolean coloAsked() {
        return coloAsked;
    }

    /** Whether something is to be logged that is logged once, however often it happens. */
    public boolean firstTime(String event) {
        return logged.add(event);
    }

    // ---- whose the guest is

    public ClaimStatus claim() {
        return claim;
    }

    /** The claim goes on. */
    public void claim(ClaimStatus next) {
        claim = next;
    }

    /** Whether the lease has been asked for and has not responded. */
    public boolean undecided() {
        return claim == ClaimStatus.ASKED;
    }

    /** Something fails while the claim is undecided; the first failure counts. */
    public void failedMeanwhile(Failure why) {
        if (failedMeanwhile.isEmpty()) {
            failedMeanwhile = Optional.of(why);
        }
    }

    /** What failed while the claim was undecided. */
    public Optional<Failure> failedMeanwhile() {
        return failedMeanwhile;
    }

    /** Whether the source has given the guest up: it will run here once RUN has arrived. */
    public boolean leftToUs() {
        return postcopy.leftToUs() && !options.follows(Deviation.BROKEN_PACKAGE);
    }

    /** Who has the guest, for the failure table. */
    public GuestOwner owner() {
        if (halted()) {
            return GuestOwner.SETTLED;
        }
        if (undecided()) {
            return GuestOwner.UNDECIDED;
        }
        if (!postcopy.running() && !leftToUs()) {
            return GuestOwner.SOURCE;
        }
        return options.capabilities().has(Capability.POSTCOPY_RAM)
                ? GuestOwner.DESTINATION
                : GuestOwner.DESTINATION_COMPLETE;
    }
}
