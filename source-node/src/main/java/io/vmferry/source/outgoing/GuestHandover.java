package io.vmferry.source.outgoing;

import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.GuestOwner;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;

/** How far the guest is on its way to the destination, by what has been sent and answered. */
final class GuestHandover {

    private final OutgoingSession session;
    private final MigrationState state;
    private boolean streamEnds;
    private boolean drained;

    GuestHandover(OutgoingSession session, MigrationState state) {
        this.session = session;
        this.state = state;
    }

    /** The end of the stream is about to be written. */
    void streamEnds() {
        streamEnds = true;
    }

    /**
     * The transport has taken all that was written.
     *
     * @return whether that is the whole stream
     */
    boolean drained() {
        drained |= streamEnds;
        return drained;
    }

    /** Whether the end of the stream has been written. */
    boolean isStreamEnded() {
        return streamEnds;
    }

    /** Whether the transport has taken the whole stream. */
    boolean isDrained() {
        return drained;
    }

    /** Whether the destination has said that it has everything. */
    boolean shut() {
        return session.channels().returnPath().map(SourceReturnPath::shut).orElse(false);
    }

    /** A recovery begins. */
    void resume() {
        drained = false;
        streamEnds = false;
    }

    /** Who has the guest of a migration that is under way. */
    GuestOwner owner() {
        OutgoingPostcopy postcopy = session.postcopy();
        if (drained && shut()) {
            return GuestOwner.DESTINATION_COMPLETE;
        }
        if (!postcopy.packageSent()) {
            return streamEnds ? GuestOwner.UNDECIDED : GuestOwner.SOURCE;
        }
        return postcopy.answersPackage() && !postcopy.packageLoaded()
                ? GuestOwner.UNDECIDED
                : GuestOwner.DESTINATION;
    }

    /** The guest is the destination's, wherever the status has stopped on its way. */
    void enterPostcopyActive() {
        AllSteps.run(
                session.postcopy()::packageIsLoaded,
                session.postcopy()::followSentPackage,
                () -> {
                    if (state.get() == MigrationStatus.POSTCOPY_DEVICE) {
                        state.move(
                                MigrationStatus.POSTCOPY_DEVICE, MigrationStatus.POSTCOPY_ACTIVE);
                    }
                });
    }

    /** The status before completed. */
    MigrationStatus lastStatus() {
        if (session.postcopy().packageSent()) {
            return MigrationStatus.POSTCOPY_ACTIVE;
        }
        boolean device =
                session.profile().alwaysEntersDevice()
                        || session.has(Capability.PAUSE_BEFORE_SWITCHOVER);
        return device ? MigrationStatus.DEVICE : MigrationStatus.ACTIVE;
    }
}
