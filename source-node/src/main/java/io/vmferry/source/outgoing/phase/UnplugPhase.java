package io.vmferry.source.outgoing.phase;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.guest.FailoverUnplug;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Stage;
import io.vmferry.source.outgoing.state.Turns;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Waits until the failover primaries are unplugged, if there are any; then the migration is active,
 * or fails if its setup has failed. QEMU's {@code qemu_savevm_wait_unplug}.
 */
public record UnplugPhase(
        OutgoingChannels channels,
        FailoverUnplug unplug,
        AttemptState attempt,
        MigrationOptions options,
        MigrationState state,
        OutgoingCounters counters,
        Turns turns,
        LongSupplier nanoTime)
        implements Phase {

    @Override
    public Optional<Failure> takeNote() {
        if (state.get() == MigrationStatus.SETUP) {
            begin();
        }
        return Optional.empty();
    }

    @Override
    public Next advance() {
        if (state.get() != MigrationStatus.ACTIVE) {
            return Next.WAIT;
        }
        return Next.unless(attempt.setupFailure().or(this::noAnswer), () -> new Next.Enter(next()));
    }

    private Stage next() {
        return options.capabilities().has(Capability.BACKGROUND_SNAPSHOT)
                ? Stage.SNAPSHOT_MOMENT
                : Stage.PRECOPY;
    }

    private Optional<Failure> noAnswer() {
        return options.profile().has(Trait.RETURN_PATH_ERROR_LATE)
                ? Optional.empty()
                : channels.noAnswer("write to");
    }

    private void begin() {
        if (!unplug.pending()) {
            activate();
            return;
        }
        AllSteps.run(
                () -> state.move(MigrationStatus.SETUP, MigrationStatus.WAIT_UNPLUG),
                () -> unplug.await(this::unplugged));
    }

    private void unplugged() {
        activate();
        turns.now();
    }

    private void activate() {
        counters.setupEnds(nanoTime.getAsLong());
        state.move(state.get(), MigrationStatus.ACTIVE);
    }
}
