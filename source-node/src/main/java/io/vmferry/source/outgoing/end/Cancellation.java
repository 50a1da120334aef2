package io.vmferry.source.outgoing.end;

import io.vmferry.machine.guest.RunControl;
import io.vmferry.machine.link.EngineLoop;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
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
 * Cancels a migration ({@code migrate_cancel}): nothing more is sent, and the guest goes on at the
 * source.
 *
 * @param unstarted ends a migration that began while this one was still connecting
 * @param finish stops timers, throttling and the return path
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

    /** Cancels, which takes until a running connect and a stop of the guest have finished. */
    void begin(OutgoingChannels channels) {
        if (state.get() == MigrationStatus.SETUP
                && channels.connecting().abandon(failed -> tried(channels, failed))) {
            AllSteps.run(
                    () -> state.move(MigrationStatus.SETUP, MigrationStatus.CANCELLING),
                    finish,
                    () -> {
                        if (profile.has(Trait.CANCEL_BESIDE_CONNECT)) {
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

    /** Handles the end of the connect that was running when the migration was cancelled. */
    private void tried(OutgoingChannels channels, Optional<IOException> failed) {
        if (state.get() == MigrationStatus.CANCELLED) {
            channels.abort();
            return;
        }
        failed.ifPresent(e -> error.record(Worded.of(e)));
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

    /** Abandons a postcopy as old QEMUs do, and with it a guest that needs these pages. */
    void abandonPostcopy(OutgoingChannels channels) {
        boolean waits = state.get() != MigrationStatus.POSTCOPY_ACTIVE;
        AllSteps.run(
                () -> state.move(state.get(), MigrationStatus.CANCELLING),
                finish,
                channels::abort,
                () -> {
                    if (!waits) {
                        loop.execute(() ->
                                AllSteps.run(
                                        () -> guest.become(RunState.POSTMIGRATE), this::cancelled));
                    }
                });
    }

    /** Records the read error of the return path that cancelling causes in some versions. */
    private void tellBrokenReturnPath(OutgoingChannels channels) {
        boolean reading = channels.returnPath().isPresent() && !handover.shut();
        if (reading && profile.has(Trait.RETURN_PATH_ERROR_LATE)) {
            error.record("Channel error: Input/output error");
        }
    }

    private void cancelled() {
        AllSteps.run(
                () -> state.move(MigrationStatus.CANCELLING, MigrationStatus.CANCELLED), ended);
    }
}
