package io.vmferry.source.outgoing;

import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.RunState;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code migrate_cancel}: nothing more is sent, and the guest runs on at the source. */
final class Cancellation {

    private final OutgoingSession session;
    private final MigrationState state;
    private final FailoverUnplug unplug;
    private final GuestHandover handover;
    private final Runnable finish;
    private final Consumer<Runnable> giveBack;
    private final Runnable ended;

    /**
     * The cancellation of a migration that nobody has cancelled yet.
     *
     * @param finish ends what goes on by itself
     * @param giveBack gives the guest back, then runs an action
     * @param ended runs when the migration is cancelled
     */
    Cancellation(
            OutgoingSession session,
            MigrationState state,
            FailoverUnplug unplug,
            GuestHandover handover,
            Runnable finish,
            Consumer<Runnable> giveBack,
            Runnable ended) {
        this.session = session;
        this.state = state;
        this.unplug = unplug;
        this.handover = handover;
        this.finish = finish;
        this.giveBack = giveBack;
        this.ended = ended;
    }

    /**
     * Cancels, which takes until a connect that is under way and a stop of the guest have ended.
     */
    void begin() {
        if (state.get() == MigrationStatus.SETUP
                && session.channels().connecting().abandon(this::tried)) {
            AllSteps.run(
                    () -> state.move(MigrationStatus.SETUP, MigrationStatus.CANCELLING),
                    finish,
                    () -> {
                        if (session.profile().cancelsBesideConnect()) {
                            giveBack.accept(this::cancelled);
                        }
                    });
            return;
        }
        tellBrokenReturnPath();
        AllSteps.run(
                () -> state.move(state.get(), MigrationStatus.CANCELLING),
                finish,
                session.channels()::abort,
                () ->
                        session.loop()
                                .execute(() ->
                                        unplug.settle(() -> giveBack.accept(this::cancelled))));
    }

    /** What was being connected when the migration was cancelled. */
    private void tried(Optional<IOException> failed) {
        if (state.get() == MigrationStatus.CANCELLED) {
            session.channels().abort();
            return;
        }
        failed.ifPresent(e -> session.migration().error(e.getMessage()));
        AllSteps.run(
                session.channels()::abort,
                () -> {
                    if (state.get() == MigrationStatus.SETUP) {
                        // a migration that could not begin beside this one ends with it
                        session.migration().endUnstarted("another one was being connected");
                    } else {
                        giveBack.accept(this::cancelled);
                    }
                });
    }

    /**
     * Gives a postcopy up as QEMU did, and with it a guest that needs the pages that are here. One
     * that waits for its destination is not woken by that.
     */
    void abandonPostcopy() {
        boolean waits = state.get() != MigrationStatus.POSTCOPY_ACTIVE;
        AllSteps.run(
                () -> state.move(state.get(), MigrationStatus.CANCELLING),
                finish,
                session.channels()::abort,
                () -> {
                    if (!waits) {
                        session.loop().execute(this::abandoned);
                    }
                });
    }

    private void abandoned() {
        AllSteps.run(() -> session.guest().run().become(RunState.POSTMIGRATE), this::cancelled);
    }

    /** Cancelling shuts the channels down under the reader of the return path. */
    private void tellBrokenReturnPath() {
        boolean reading = session.hasReturnPath() && !handover.shut();
        if (reading && session.profile().readsReturnPathLast()) {
            session.migration().error("Channel error: Input/output error");
        }
    }

    private void cancelled() {
        AllSteps.run(
                () -> state.move(MigrationStatus.CANCELLING, MigrationStatus.CANCELLED), ended);
    }
}
