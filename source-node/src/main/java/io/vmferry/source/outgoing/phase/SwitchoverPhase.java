package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.stream.Command;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.DowntimeClock;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.guest.GuestStop;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;

/**
 * Stops the guest, waits in pre-switchover with capability pause-before-switchover, and hands the
 * disks over. QEMU's {@code migration_switchover_start}.
 */
public final class SwitchoverPhase implements Phase {

    private enum SwitchoverProgress {
        BEGIN,
        STOPPING,
        STOPPED,
        PAUSED,
        CONTINUED,
        HANDING_OVER,
        HANDED_OVER
    }

    private final Stage into;
    private final OutgoingChannels channels;
    private final GuestStop guestStop;
    private final DirtySync dirtySync;
    private final DowntimeClock downtime;
    private final BandwidthWindow window;
    private final MigrationOptions options;
    private final MigrationState state;
    private final Probe probe;
    private final Turns turns;
    private SwitchoverProgress progress = SwitchoverProgress.BEGIN;

    /**
     * @param into the next stage: {@link Stage#COMPLETION} or {@link Stage#PACKAGE}
     */
    public SwitchoverPhase(
            Stage into,
            OutgoingChannels channels,
            GuestStop guestStop,
            DirtySync dirtySync,
            DowntimeClock downtime,
            BandwidthWindow window,
            MigrationOptions options,
            MigrationState state,
            Probe probe,
            Turns turns) {
        this.into = into;
        this.channels = channels;
        this.guestStop = guestStop;
        this.dirtySync = dirtySync;
        this.downtime = downtime;
        this.window = window;
        this.options = options;
        this.state = state;
        this.probe = probe;
        this.turns = turns;
    }

    @Override
    public Next advance() {
        return switch (progress) {
            case BEGIN -> begin();
            case STOPPING, PAUSED, HANDING_OVER -> Next.WAIT;
            case STOPPED -> afterStop();
            case CONTINUED -> handOver();
            case HANDED_OVER -> goOn();
        };
    }

    private Next begin() {
        probe.reached(PointName.SWITCHOVER_STARTED);
        downtime.start();
        progress = SwitchoverProgress.STOPPING;
        if (earlyPostcopyActive() && !pauses()) {
            state.move(MigrationStatus.ACTIVE, MigrationStatus.POSTCOPY_ACTIVE);
        }
        guestStop.begin(this::stopped);
        return Next.AGAIN;
    }

    private void stopped() {
        progress = SwitchoverProgress.STOPPED;
        probe.reached(PointName.GUEST_STOPPED);
        turns.now();
    }

    private Next afterStop() {
        if (pauses()) {
            downtime.enter(DowntimeClock.Part.PAUSE);
            progress = SwitchoverProgress.PAUSED;
            state.move(MigrationStatus.ACTIVE, MigrationStatus.PRE_SWITCHOVER);
            return Next.WAIT;
        }
        if (options.profile().has(Trait.DEVICE_ALWAYS_ENTERED)) {
            state.move(MigrationStatus.ACTIVE, MigrationStatus.DEVICE);
        }
        progress = SwitchoverProgress.CONTINUED;
        return Next.AGAIN;
    }

    /**
     * {@code migrate-continue}: leaves pre-switchover. Without effect elsewhere.
     *
     * @return why the migration cannot go on, if so
     */
    public Optional<Failure> proceed() {
        MigrationStatus next =
                earlyPostcopyActive() ? MigrationStatus.POSTCOPY_ACTIVE : MigrationStatus.DEVICE;
        if (progress != SwitchoverProgress.PAUSED
                || !state.move(MigrationStatus.PRE_SWITCHOVER, next)) {
            return Optional.empty();
        }
        progress = SwitchoverProgress.CONTINUED;
        return broken();
    }

    /** Gives up the disks, before anything is sent that lets the destination run the guest. */
    private Next handOver() {
        Optional<Failure> unanswered =
                missesAnswersLater() ? Optional.empty() : channels.noAnswer("read from");
        return Next.unless(unanswered.or(this::broken), this::giveDisksUp);
    }

    private Optional<Failure> broken() {
        return missesAnswersLater()
                ? channels.failures().outlivedByPrecopy()
                : channels.failures().outlived();
    }

    /** Whether a missing return path is noticed only when the whole stream has left. */
    private boolean missesAnswersLater() {
        return into == Stage.COMPLETION && options.profile().has(Trait.RETURN_PATH_ERROR_LATE);
    }

    private Next giveDisksUp() {
        downtime.enter(DowntimeClock.Part.RAM);
        progress = SwitchoverProgress.HANDING_OVER;
        guestStop.handOver(this::handedOver);
        return progress == SwitchoverProgress.HANDED_OVER ? goOn() : Next.WAIT;
    }

    private void handedOver() {
        progress = SwitchoverProgress.HANDED_OVER;
        turns.now();
    }

    private Next goOn() {
        return Next.unless(broken(), this::enterNext);
    }

    private Next enterNext() {
        window.limit(0);
        if (options.profile().has(Trait.SWITCHOVER_START)) {
            channels.main().command(new Command.SwitchoverStart());
        }
        if (into == Stage.COMPLETION) {
            dirtySync.run();
        }
        return new Next.Enter(into);
    }

    private boolean pauses() {
        return options.capabilities().has(Capability.PAUSE_BEFORE_SWITCHOVER);
    }

    /**
     * Versions without a {@code device} in each migration are in postcopy-active from the stop on.
     */
    private boolean earlyPostcopyActive() {
        return into == Stage.PACKAGE && !options.profile().has(Trait.DEVICE_ALWAYS_ENTERED);
    }
}
