package io.vmferry.source.outgoing.end;

import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.guest.FailoverUnplug;
import io.vmferry.source.outgoing.state.GuestHandover;
import io.vmferry.source.outgoing.state.MigrationError;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code migrate_cancel}: nothing more is sent, and the guest runs on at the source.
 *
 * @param unstarted ends a migration that has begun beside this one
 * @param finish ends what goes on by itself
 * @param giveBack gives the guest back, then runs an action
 * @param ended runs when the migration is cancelled
 */
record Cancellation(
        Profile profile,
        MigrationState state,
        MigrationError error,
        UnstartedEnd unstarted,
        FailoverUnplug unplug,
        GuestHandover handover,
        RunControl guest,
        EngineLoop loop,
        Runnable finish,
        Consumer<Runnable> giveBack,
        Runnable ended) {

    /**
     * Cancels, which takes until a connect that is under way and a stop of the guest have ended.
     */
    void begin(OutgoingChannels channels) {
        if (state.get() == MigrationStatus.SETUP
                && channels.connecting().abandon(failed -> tried(channels, failed))) {
            AllSteps.run(
                    () -> state.move(MigrationStatus.SETUP, MigrationStatus.CANCELLING),
                    finish,
                    () -> {
                        if (profile.cancelsBesideConnect()) {
                            giveBack.accept(this::cancelled);
                        }
                    });
            return;
        }
        tellBrokenReturnPath(channels);
        AllSteps.run(
                () -> state.move(state.get(), MigrationStatus.CANCELLING),
                finish,
                channels::abort,
                () -> loop.execute(() -> unplug.settle(() -> giveBack.accept(this::cancelled))));
    }

    /** What was being connected when the migration was cancelled. */
    private void tried(OutgoingChannels channels, Optional<IOException> failed) {
        if (state.get() == MigrationStatus.CANCELLED) {
            channels.abort();
            return;
        }
        failed.ifPresent(e -> error.record(e.getMessage()));
        AllSteps.run(
                channels::abort,
                () -> {
                    if (state.get() == MigrationStatus.SETUP) {
                        // a migration that could not begin beside this one ends with it
                        unstarted.fail("another one was being connected");
                    } else {
                        giveBack.accept(this::cancelled);
                    }
                });
    }

    /**
     * Gives a postcopy up as QEMU did, and with it a guest that needs the pages that are here. One
     * that waits for its destination is not woken by that.
     */
    void abandonPostcopy(OutgoingChannels channels) {
        boolean waits = state.get() != MigrationStatus.POSTCOPY_ACTIVE;
        AllSteps.run(
                () -> state.move(state.get(), MigrationStatus.CANCELLING),
                finish,
                channels::abort,
                () -> {
                    if (!waits) {
                        loop.execute(this::abandoned);
                    }
                });
    }

    private void abandoned() {
        AllSteps.run(() -> guest.become(RunState.POSTMIGRATE), this::cancelled);
    }

    /** Cancelling shuts the channels down under the reader of the return path. */
    private void tellBrokenReturnPath(OutgoingChannels channels) {
        boolean reading = channels.returnPath().isPresent() && !handover.shut();
        if (reading && profile.readsReturnPathLast()) {
            error.record("Channel error: Input/output error");
        }
    }

    private void cancelled() {
        AllSteps.run(
                () -> state.move(MigrationStatus.CANCELLING, MigrationStatus.CANCELLED), ended);
    }
}
