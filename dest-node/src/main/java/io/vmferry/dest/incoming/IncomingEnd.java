package io.vmferry.dest.incoming;

import io.vmferry.machine.memory.RamBlock;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.AllSteps;
import io.vmferry.protocol.failure.Consequence;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.failure.FailureTable;
import io.vmferry.protocol.failure.GuestOwner;
import io.vmferry.protocol.profile.Deviation;
import io.vmferry.protocol.returnpath.ReturnPathMessage;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.protocol.status.MigrationStatus;
import io.vmferry.protocol.status.PostcopyState;
import io.vmferry.protocol.status.Side;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only exit of an incoming migration: asks the {@link FailureTable} what a failure means for
 * whoever has the guest, and does it. The first end counts.
 *
 * <p>Each exit is a list of steps that are all done, even if one of them throws: a bug in an exit
 * must neither keep the guest from running nor let the source wait for an answer.
 */
final class IncomingEnd {

    private static final Logger log = LoggerFactory.getLogger(IncomingEnd.class);

    private final IncomingMigration migration;
    private final MigrationState state;
    private final IncomingListener listener;
    private final Arrival arrival;
    private Optional<Failure> failure = Optional.empty();
    private boolean ended;

    IncomingEnd(
            IncomingMigration migration,
            MigrationState state,
            IncomingListener listener,
            Arrival arrival) {
        this.migration = migration;
        this.state = state;
        this.listener = listener;
        this.arrival = arrival;
    }

    boolean ended() {
        return ended;
    }

    /** Why the migration failed or paused. */
    Optional<Failure> failure() {
        return failure;
    }

    /** The source is back: why the migration paused does not matter any more. */
    void forgetFailure() {
        failure = Optional.empty();
    }

    // ---- failures

    private GuestOwner owner() {
        IncomingPostcopy postcopy = migration.postcopy();
        if (migration.halted()) {
            return GuestOwner.SETTLED;
        }
        if (migration.claim().undecided()) {
            return GuestOwner.UNDECIDED;
        }
        if (!postcopy.running() && !postcopy.leftToUs()) {
            return GuestOwner.SOURCE;
        }
        return postcopy.ramFollows() ? GuestOwner.DESTINATION : GuestOwner.DESTINATION_COMPLETE;
    }

    /** Does what follows from a failure. */
    void end(Failure failure) {
        Consequence consequence =
                FailureTable.of(Side.DESTINATION).consequence(owner(), failure.kind());
        if (consequence == Consequence.KEEP_RUNNING || consequence == Consequence.REJECT) {
            log.debug("Without consequence: {}", failure.text());
            return;
        }
        AllSteps.run(
                () -> migration.probe().reached(PointName.FAILURE, failure.kind()),
                () -> follow(consequence, failure));
    }

    private void follow(Consequence consequence, Failure failure) {
        switch (consequence) {
            case FAIL_AND_KEEP -> fail(failure);
            case PAUSE -> pause(failure);
            case COMPLETE -> {
                log.warn("{}; all of RAM is here, so nothing is lost", failure.text());
                completePostcopy();
            }
            case SETTLE_BY_LEASE -> {
                log.warn(
                        "{}; {} decides who has the guest",
                        failure.text(),
                        migration.guest().lease().description());
                migration.claim().remember(failure);
            }
            case KEEP_RUNNING, REJECT, CANCEL_AND_KEEP, ABANDON, WAIT_FOR_PEER ->
                    throw new IllegalArgumentException(
                            "A destination does not " + consequence.label());
        }
    }

    /**
     * Whoever connected to a paused postcopy was taken for its source, and has failed before it
     * could recover anything: what QEMU does if this side is to do the same.
     */
    void failRecovery(Failure why) {
        failure = Optional.of(why);
        AllSteps.run(
                () -> migration.probe().reached(PointName.FAILURE, why.kind()),
                () -> migration.recovery().fail(why),
                migration::hasPaused);
    }

    private void pause(Failure why) {
        failure = Optional.of(why);
        AllSteps.run(
                migration.postcopy()::runWhatIsOurs,
                () -> migration.recovery().pause(why),
                migration::hasPaused);
    }

    /** The guest cannot be loaded and stays with the source. The first reason counts. */
    private void fail(Failure why) {
        ended = true;
        failure = Optional.of(why);
        AllSteps.run(
                // whoever sent the bytes that are refused had begun to migrate
                () -> {
                    if (!migration.profile().failsFromIncomingSetup()) {
                        state.move(listener.awaiting(), MigrationStatus.ACTIVE);
                    }
                },
                () -> {
                    if (!endsUnsaid()) {
                        state.move(state.get(), MigrationStatus.FAILED);
                    }
                },
                // a source that hears of it takes its disks back
                () -> migration.claim().drop(() -> goodbye(1)),
                // last, since it touches all of RAM and the source waits
                migration.postcopy()::end);
    }

    private boolean endsUnsaid() {
        return migration.postcopy().begun()
                && migration.options().follows(Deviation.UNSAID_FAILURE);
    }

    // ---- success

    /** The stream of a precopy was read to its end: nothing may leave the guest to the source. */
    void arrived() {
        ended = true;
        AllSteps.run(
                this::zeroDiscarded,
                arrival::prepare,
                arrival::runOrPark,
                () -> state.move(MigrationStatus.ACTIVE, MigrationStatus.COMPLETED),
                () -> goodbye(0));
    }

    /** What a source has discarded for a postcopy, and did not send again, is zeros. */
    private void zeroDiscarded() {
        if (migration.postcopy().state() == PostcopyState.DISCARD) {
            migration.guest().ram().blocks().forEach(RamBlock::zeroMissing);
        }
    }

    /** All pages of a postcopy are here. */
    void completePostcopy() {
        if (migration.halted()) {
            return;
        }
        ended = true;
        AllSteps.run(
                migration.postcopy()::runWhatIsOurs,
                migration.postcopy()::end,
                () -> state.move(MigrationStatus.POSTCOPY_ACTIVE, MigrationStatus.COMPLETED),
                () -> goodbye(0));
    }

    /** Tells the source how it went, ends all channels and listening. */
    private void goodbye(int shut) {
        AllSteps.run(
                () -> migration.channels().returnPath().ifPresent(path -> say(path, shut)),
                listener::close,
                () -> migration.channels().close(),
                migration::ended);
    }

    private void say(IncomingReturnPath path, int value) {
        path.send(new ReturnPathMessage.Shut(value));
        migration.probe().reached(PointName.SHUT_SENT, value);
    }
}
