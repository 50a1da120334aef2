package io.vmferry.source.outgoing;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;

/**
 * Stops the guest, waits in pre-switchover when asked to, and hands the disks over. QEMU's {@code
 * migration_switchover_start}.
 */
final class SwitchoverPhase implements Phase {

    private enum Place {
        BEGIN,
        STOPPING,
        STOPPED,
        PAUSED,
        CONTINUED,
        HANDING_OVER,
        HANDED_OVER
    }

    /** What the guest is stopped for. */
    enum Into {
        COMPLETION,
        POSTCOPY
    }

    private final OutgoingSession session;
    private final Into into;
    private Place place = Place.BEGIN;

    SwitchoverPhase(OutgoingSession session, Into into) {
        this.session = session;
        this.into = into;
    }

    @Override
    public Step step() {
        return switch (place) {
            case BEGIN -> begin();
            case STOPPING, PAUSED, HANDING_OVER -> Step.WAIT;
            case STOPPED -> afterStop();
            case CONTINUED -> handOver();
            case HANDED_OVER -> goOn();
        };
    }

    private Step begin() {
        session.probe().reached(PointName.SWITCHOVER_STARTED);
        session.downtime().start(session.nanoTime());
        place = Place.STOPPING;
        if (earlyPostcopyActive() && !session.has(Capability.PAUSE_BEFORE_SWITCHOVER)) {
            session.state().move(MigrationStatus.ACTIVE, MigrationStatus.POSTCOPY_ACTIVE);
        }
        session.guestStop().begin(this::stopped);
        return Step.AGAIN;
    }

    private void stopped() {
        place = Place.STOPPED;
        session.probe().reached(PointName.GUEST_STOPPED);
        session.pump();
    }

    private Step afterStop() {
        if (session.has(Capability.PAUSE_BEFORE_SWITCHOVER)) {
            session.downtime().enter(DowntimeClock.Part.PAUSE, session.nanoTime());
            place = Place.PAUSED;
            session.state().move(MigrationStatus.ACTIVE, MigrationStatus.PRE_SWITCHOVER);
            return Step.WAIT;
        }
        if (session.profile().alwaysEntersDevice()) {
            session.state().move(MigrationStatus.ACTIVE, MigrationStatus.DEVICE);
        }
        place = Place.CONTINUED;
        return Step.AGAIN;
    }

    /** {@code migrate-continue}: leaves pre-switchover. Without effect elsewhere. */
    void proceed() {
        MigrationStatus next =
                earlyPostcopyActive() ? MigrationStatus.POSTCOPY_ACTIVE : MigrationStatus.DEVICE;
        if (place == Place.PAUSED && session.state().move(MigrationStatus.PRE_SWITCHOVER, next)) {
            place = Place.CONTINUED;
            if (!session.channels().endIfRefused()) {
                session.pump();
            }
        }
    }

    /** Nothing may leave that lets the destination run before it can have the disks. */
    private Step handOver() {
        if (session.channels().endIfUnanswered("read from") || session.channels().endIfRefused()) {
            return Step.WAIT;
        }
        session.downtime().enter(DowntimeClock.Part.RAM, session.nanoTime());
        place = Place.HANDING_OVER;
        session.guestStop().handOver(this::handedOver);
        return place == Place.HANDED_OVER ? goOn() : Step.WAIT;
    }

    private void handedOver() {
        place = Place.HANDED_OVER;
        session.pump();
    }

    private Step goOn() {
        if (session.channels().endIfRefused()) {
            return Step.WAIT;
        }
        session.window().limit(0);
        if (session.profile().sendsSwitchoverStart()) {
            session.channel().command(new Command.SwitchoverStart());
        }
        switch (into) {
            case COMPLETION -> {
                session.dirtySync().run();
                session.enter(new CompletionPhase(session));
            }
            case POSTCOPY -> session.enter(new PostcopySwitchPhase(session));
        }
        return Step.AGAIN;
    }

    /**
     * Versions without a {@code device} in each migration are in postcopy-active from the stop on.
     */
    private boolean earlyPostcopyActive() {
        return into == Into.POSTCOPY && !session.profile().alwaysEntersDevice();
    }
}
