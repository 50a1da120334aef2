package io.vmferry.source.outgoing.figures;

import io.vmferry.machine.guest.RunControl;
import io.vmferry.protocol.status.MigrationState;
import io.vmferry.source.outgoing.ram.RecordOutput.PageCounts;
import io.vmferry.source.outgoing.ram.XbzrleCounters;
import java.util.ArrayList;
import java.util.List;

/** The counters of one migration, confined to the engine's loop. */
public final class OutgoingCounters {

    public final PageCounts pages = new PageCounts();

    /** Of this migration and all before. */
    public final XbzrleCounters xbzrle;

    public long transferredBytes;
    public long multifdBytes;
    public long dirtySyncCount;
    public long dirtyPagesPerSecond;
    public long pageRequests;
    public long precopyBytes;
    public long downtimeBytes;
    public long postcopyBytes;

    private final List<Long> multifdChannels = new ArrayList<>();

    /** Counts bytes that were sent on a multifd channel. */
    public void sentOnMultifd(int channel, int bytes) {
        while (multifdChannels.size() <= channel) {
            multifdChannels.add(0L);
        }
        multifdChannels.set(channel, multifdChannels.get(channel) + bytes);
    }

    /** What was sent on each multifd channel. */
    public List<Long> multifdChannels() {
        return List.copyOf(multifdChannels);
    }

    /** Unsent bytes of RAM right after the last dirty sync. */
    public long bytesAtLastSync;

    /** Unsent bytes of RAM and devices when the last iteration began. */
    public long pendingBytes;

    /** Whether the expected downtime can be derived from {@link #bytesAtLastSync}. */
    public boolean foreseesDowntime;

    /** The counters of the first migration of a process. */
    public OutgoingCounters() {
        this(new XbzrleCounters());
    }

    /**
     * The counters of a migration that begins.
     *
     * @param xbzrle what goes on from migration to migration
     */
    public OutgoingCounters(XbzrleCounters xbzrle) {
        this.xbzrle = xbzrle;
        xbzrle.migrationBegins();
    }

    /** Counts bytes of RAM as sent in precopy, downtime or postcopy, by the state of the guest. */
    public record RamAccount(OutgoingCounters counters, RunControl guest, MigrationState state) {

        public void sent(long bytes) {
            if (guest.state().live()) {
                counters.precopyBytes += bytes;
            } else if (state.get().inPostcopy()) {
                counters.postcopyBytes += bytes;
            } else {
                counters.downtimeBytes += bytes;
            }
        }
    }

    private long setupStartNanos;
    private long setupNanos;

    /** The channels stand. */
    public void setupBegins(long nowNanos) {
        setupStartNanos = nowNanos;
    }

    /** The migration is active. */
    public void setupEnds(long nowNanos) {
        setupNanos = nowNanos - setupStartNanos;
    }

    /** How long the setup took; 0 until it is done. */
    public long setupNanos() {
        return setupNanos;
    }
}
