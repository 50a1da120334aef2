package io.vmferry.lab.simulator;

import io.vmferry.protocol.status.MigrationStatus;
import java.util.concurrent.TimeUnit;

/**
 * Determines whether a simulated migration has come to rest, and checks that at most one guest
 * runs.
 */
final class Rest {

    /** A silence that is longer than any message is in transit. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final SimulatedPair pair;
    private long sourceEndedNanos = Long.MAX_VALUE;

    Rest(SimulatedPair pair) {
        this.pair = pair;
    }

    /** The source has reached a protocol point. */
    void sourceReached() {
        if (sourceIsDone()) {
            sourceEndedNanos = pair.time.nowNanos();
            pair.time.schedule(2 * QUIET_NANOS, () -> {});
        }
    }

    /** Whether neither side will do anything more by itself. */
    boolean settled(SimulatedPair.Destination current) {
        MigrationStatus there = current.engine.status();
        boolean sourceSettled =
                !pair.source.host.alive()
                        || (pair.outgoing.status() == MigrationStatus.POSTCOPY_PAUSED
                                && !pair.outgoing.connecting()
                                && !pair.outgoing.awaitsLease())
                        || (pair.outgoing.status().terminal() && sourceResumed(current));
        boolean destinationSettled =
                !current.side.host.alive()
                        || there.terminal()
                        || there == MigrationStatus.POSTCOPY_PAUSED
                        || (awaitsSource(current) && quiet());
        boolean dying = pair.source.ending() || current.side.ending();
        return sourceSettled && destinationSettled && !dying;
    }

    private boolean sourceIsDone() {
        MigrationStatus status = pair.outgoing.status();
        return status.terminal() || status == MigrationStatus.POSTCOPY_PAUSED;
    }

    /** Old versions have no status until a source connects. */
    private boolean awaitsSource(SimulatedPair.Destination current) {
        MigrationStatus status = current.engine.status();
        return status == MigrationStatus.NONE || status == MigrationStatus.SETUP;
    }

    /**
     * Whether a destination has received nothing long after the source's end, and so never will.
     */
    private boolean quiet() {
        long silentNanos = pair.time.nowNanos() - sourceEndedNanos;
        boolean over = sourceIsDone() && silentNanos > QUIET_NANOS;
        return over || !pair.source.host.alive();
    }

    /** After a failure the guest runs on at the source, unless the destination has it. */
    private boolean sourceResumed(SimulatedPair.Destination current) {
        return pair.outgoing.status() == MigrationStatus.COMPLETED
                || pair.source.hasGuest(pair.scenario.beginning())
                || current.side.runsGuest()
                || (refused(current) && !pair.outgoing.awaitsLease());
    }

    /** Whether the source may not run its guest, and no destination with the lease will. */
    private boolean refused(SimulatedPair.Destination current) {
        return pair.source.hosted.guest().run().refusal().isPresent()
                && !pair.lease.heldBy(current.side.host);
    }

    /** Checks that at most one side runs the guest, and only with the lease. */
    void checkOneGuest(SimulatedPair.Destination current) {
        Invariant.ONE_GUEST.require(
                !pair.source.runsGuest() || !current.side.runsGuest(), "Two guests run");
        Invariant.ONE_GUEST.require(
                !pair.source.vcpus.running() || !current.side.vcpus.running(),
                "vCPUs execute on both sides");
        checkLease(pair.source);
        checkLease(current.side);
    }

    private void checkLease(SimulatedSide side) {
        if (side.runsGuest() && !side.hosted.guest().lease().held()) {
            throw new BrokenRule(
                    Invariant.LEASE,
                    "The guest runs at the %s without its lease".formatted(side.host.name()));
        }
        if (side.runsGuest() && pair.lease.forcedFrom(side.host)) {
            throw new BrokenRule(
                    Invariant.ONE_GUEST, "The guest runs while an outsider has its lease");
        }
    }
}
