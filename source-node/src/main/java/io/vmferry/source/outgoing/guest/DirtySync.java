package io.vmferry.source.outgoing.guest;

import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.machine.monitor.EventSink;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.machine.telemetry.Probe;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.ram.UnsentPages;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Merges the guest's dirty log into the migration's bitmap and measures, once per second at most,
 * how fast the guest dirties memory. QEMU's {@code migration_bitmap_sync}.
 */
public final class DirtySync {

    /** Minimum period for a rate. */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MigrationOptions options;
    private final GuestStop guestStop;
    private final UnsentPages unsent;
    private final OutgoingCounters counters;
    private final AutoConverge autoConverge;
    private final EventSink events;
    private final Probe probe;
    private final LongSupplier nanoTime;

    private long periodStartNanos;
    private long dirtiedPagesInPeriod;
    private long transferredAtPeriodStart;
    private long sentPagesAtPeriodStart;

    /** The syncs of a migration that begins now. */
    public DirtySync(
            MigrationOptions options,
            GuestStop guestStop,
            UnsentPages unsent,
            OutgoingCounters counters,
            AutoConverge autoConverge,
            EventSink events,
            Probe probe,
            LongSupplier nanoTime) {
        this.options = options;
        this.guestStop = guestStop;
        this.unsent = unsent;
        this.counters = counters;
        this.autoConverge = autoConverge;
        this.events = events;
        this.probe = probe;
        this.nanoTime = nanoTime;
        this.periodStartNanos = nanoTime.getAsLong();
    }

    /** Makes one sync, usually announced by the event MIGRATION_PASS. */
    public void run() {
        boolean passesOnly = options.profile().has(Trait.ONLY_PASSES_COUNTED);
        boolean last = guestStop.begun();
        boolean announced = !passesOnly || (counters.dirtySyncCount > 0 && !last);
        if (!passesOnly || !last) {
            counters.dirtySyncCount++;
        }
        dirtiedPagesInPeriod += unsent.sync();
        long now = nanoTime.getAsLong();
        if (now - periodStartNanos > PERIOD_NANOS) {
            closePeriod(now);
        }
        foresee();
        probe.reached(PointName.DIRTY_SYNC, counters.dirtySyncCount);
        if (announced) {
            events.emit(new QmpEvent.MigrationPass(counters.dirtySyncCount));
        }
    }

    /** Merges the dirty log without beginning a pass. */
    public void runWithoutPass() {
        dirtiedPagesInPeriod += unsent.sync();
    }

    /** Records what would have to be sent if the guest were stopped now. */
    private void foresee() {
        counters.bytesAtLastSync = unsent.bytes();
        counters.foreseesDowntime = counters.dirtyPagesPerSecond != 0;
    }

    private void closePeriod(long now) {
        if (options.capabilities().has(Capability.AUTO_CONVERGE)) {
            autoConverge.evaluate(
                    dirtiedPagesInPeriod * RamFlags.PAGE_SIZE,
                    counters.transferredBytes - transferredAtPeriodStart,
                    options.parameters());
        }
        double seconds = (now - periodStartNanos) / 1e9;
        counters.dirtyPagesPerSecond = (long) (dirtiedPagesInPeriod / seconds);
        periodStartNanos = now;
        dirtiedPagesInPeriod = 0;
        if (options.capabilities().has(Capability.XBZRLE)) {
            counters.xbzrle.endPeriod(counters.pages.sent() - sentPagesAtPeriodStart);
        }
        sentPagesAtPeriodStart = counters.pages.sent();
        transferredAtPeriodStart = counters.transferredBytes;
    }
}
