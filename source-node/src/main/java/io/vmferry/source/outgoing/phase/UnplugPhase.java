package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.guest.FailoverUnplug;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Waits until the guest has let go of what it was asked for, mostly nothing; then the migration is
 * active. QEMU's {@code qemu_savevm_wait_unplug}.
 */
public final class UnplugPhase implements Phase {

    private final OutgoingChannels channels;
    private final FailoverUnplug unplug;
    private final MigrationOptions options;
    private final MigrationState state;
    private final OutgoingCounters counters;
    private final Turns turns;
    private final LongSupplier nanoTime;
    private boolean waiting;
    private boolean active;

    public UnplugPhase(
            OutgoingChannels channels,
            FailoverUnplug unplug,
            MigrationOptions options,
            MigrationState state,
            OutgoingCounters counters,
            Turns turns,
            LongSupplier nanoTime) {
        this.channels = channels;
        this.unplug = unplug;
        this.options = options;
        this.state = state;
        this.counters = counters;
        this.turns = turns;
        this.nanoTime = nanoTime;
    }

    @Override
    public Optional<Failure> takeNote() {
        if (!active && !waiting) {
            begin();
        }
        return Optional.empty();
    }

    @Override
    public Next step() {
        if (!active) {
            return Next.WAIT;
        }
        Optional<Failure> failure =
                options.profile().has(Trait.RETURN_PATH_ERROR_LATE)
                        ? Optional.empty()
                        : channels.noAnswer("write to");
        return failure.<Next>map(Next.Failed::new).orElse(new Next.Enter(Stage.PRECOPY));
    }

    private void begin() {
        if (!unplug.pending()) {
            activate();
            return;
        }
        waiting = true;
        AllSteps.run(
                () -> state.move(MigrationStatus.SETUP, MigrationStatus.WAIT_UNPLUG),
                () -> unplug.await(this::unplugged));
    }

    private void unplugged() {
        activate();
        turns.now();
    }

    private void activate() {
        active = true;
        counters.setupEnds(nanoTime.getAsLong());
        state.move(state.get(), MigrationStatus.ACTIVE);
    }
}
