package io.vmferry.source.outgoing;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.source.outgoing.ram.UnsentPages;
import java.util.concurrent.TimeUnit;

/**
 * Brings the guest's dirty log into the migration's bitmap and, once per second at most, judges how
 * fast the guest dirties memory. QEMU's {@code migration_bitmap_sync}.
 */
final class DirtySync {

    /** A rate over less than this says nothing. */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How long auto-converge goes without a sync. */
    private static final long FORCED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final OutgoingSession session;
    private final UnsentPages unsent;
    private final OutgoingCounters counters;
    private final AutoConverge autoConverge;

    private long periodStartNanos;
    private long dirtiedPagesInPeriod;
    private long transferredAtPeriodStart;

    /**
     * @param startNanos when the session began
     */
    DirtySync(
            OutgoingSession session,
            UnsentPages unsent,
            OutgoingCounters counters,
            AutoConverge autoConverge,
            long startNanos) {
        this.session = session;
        this.unsent = unsent;
        this.counters = counters;
        this.autoConverge = autoConverge;
        this.periodStartNanos = startNanos;
    }

    /** One sync, as a rule announced as a MIGRATION_PASS. */
    void run() {
        boolean passesOnly = session.profile().countsOnlyPasses();
        boolean last = session.guestStop().begun();
        boolean announced = !passesOnly || (counters.dirtySyncCount > 0 && !last);
        if (!passesOnly || !last) {
            counters.dirtySyncCount++;
        }
        dirtiedPagesInPeriod += unsent.sync();
        long now = session.nanoTime();
        if (now - periodStartNanos > PERIOD_NANOS) {
            closePeriod(now);
        }
        foresee();
        session.probe().reached(PointName.DIRTY_SYNC, counters.dirtySyncCount);
        if (announced) {
            session.emit(new QmpEvent.MigrationPass(counters.dirtySyncCount));
        }
    }

    /** Takes what the guest has dirtied without beginning a pass. */
    void runWithoutPass() {
        dirtiedPagesInPeriod += unsent.sync();
    }

    /** What a busy guest's downtime would be spent on, if it were stopped now. */
    private void foresee() {
        counters.bytesAtLastSync = unsent.bytes();
        counters.foreseesDowntime = counters.dirtyPagesPerSecond != 0;
    }

    /** From now on a sync is forced whenever nothing else has caused one for a while. */
    void force() {
        force(0);
    }

    private void force(long lastCount) {
        session.after(
                FORCED_NANOS,
                () -> {
                    if (session.precopying()
                            && counters.dirtySyncCount > 1
                            && counters.dirtySyncCount == lastCount) {
                        run();
                    }
                    if (session.precopying()) {
                        force(counters.dirtySyncCount);
                    }
                });
    }

    private void closePeriod(long now) {
        if (session.autoConverges()) {
            autoConverge.evaluate(
                    dirtiedPagesInPeriod * RamFlags.PAGE_SIZE,
                    counters.transferredBytes - transferredAtPeriodStart,
                    session.parameters());
        }
        double seconds = (now - periodStartNanos) / 1e9;
        counters.dirtyPagesPerSecond = (long) (dirtiedPagesInPeriod / seconds);
        periodStartNanos = now;
        dirtiedPagesInPeriod = 0;
        transferredAtPeriodStart = counters.transferredBytes;
    }
}
