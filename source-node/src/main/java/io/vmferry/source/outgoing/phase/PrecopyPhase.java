package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.MainChannel;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.RamAccount;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.guest.ForcedSync;
import io.vmferry.source.outgoing.guest.SwitchoverAcks;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.SessionState;
import io.vmferry.source.outgoing.state.Stage;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Sends RAM and device state while the guest runs, pass after pass, until so little is left that
 * the downtime limit can be kept, and the destination's devices are ready. QEMU's {@code
 * migration_iteration_run}.
 */
public final class PrecopyPhase implements Phase {

    private final OutgoingChannels channels;
    private final SectionList sections;
    private final SwitchoverAcks acks;
    private final Pings pings;
    private final DirtySync dirtySync;
    private final BandwidthWindow window;
    private final OutgoingCounters counters;
    private final RamAccount account;
    private final SessionState session;
    private final MigrationOptions options;
    private final LongSupplier nanoTime;
    private final Iterations iterations = new Iterations();
    private long nextSyncNanos;

    public PrecopyPhase(
            OutgoingChannels channels,
            SectionList sections,
            SwitchoverAcks acks,
            Pings pings,
            DirtySync dirtySync,
            ForcedSync forcedSync,
            BandwidthWindow window,
            OutgoingCounters counters,
            RamAccount account,
            SessionState session,
            MigrationOptions options,
            LongSupplier nanoTime) {
        this.channels = channels;
        this.sections = sections;
        this.acks = acks;
        this.pings = pings;
        this.dirtySync = dirtySync;
        this.window = window;
        this.counters = counters;
        this.account = account;
        this.session = session;
        this.options = options;
        this.nanoTime = nanoTime;
        this.nextSyncNanos = nanoTime.getAsLong();
        if (options.capabilities().has(Capability.AUTO_CONVERGE)) {
            forcedSync.begin();
        }
    }

    @Override
    public Next step() {
        long now = nanoTime.getAsLong();
        window.update(now, counters, options.parameters());
        long allowance = window.allowanceBytes(counters);
        if (allowance == 0) {
            iterations.end();
            return Next.later(window.nanosLeft(now));
        }
        Optional<Failure> broken = channels.failures().ofMain();
        if (broken.isPresent()) {
            return new Next.Failed(broken.get());
        }
        boolean allowed = acks.switchoverAllowed() || channels.unanswered();
        long threshold = thresholdBytes();
        boolean iterationBegins = iterations.begins(now);
        if (iterationBegins) {
            counters.pendingBytes = sections.pendingBytes();
        }
        if (syncIsDue(threshold, iterationBegins) && (allowed || windowSyncDue(now))) {
            sync();
        }
        if (!allowed) {
            Optional<Failure> failure = channels.failures().missing("SWITCHOVER_ACK");
            return failure.<Next>map(Next.Failed::new).orElseGet(() -> send(allowance, false));
        }
        if (session.postcopyRequested() && sections.mustPrecopyBytes() <= threshold) {
            return new Next.Enter(Stage.POSTCOPY_PREPARE);
        }
        if (sections.pendingBytes() <= threshold) {
            return new Next.Enter(Stage.SWITCHOVER);
        }
        return send(allowance, true);
    }

    /**
     * What may be left for the switchover. QEMU's threshold is for sending alone; what else a
     * switchover takes is set aside here: slow devices, and the way of the last message.
     */
    private long thresholdBytes() {
        long overheadNanos = sections.saveNanos() + pings.roundTripNanos();
        return window.thresholdBytes() - window.reserveBytes(overheadNanos);
    }

    private Next send(long allowance, boolean allowed) {
        if (sendPart((int) Math.min(allowance, MainChannel.BATCH_BYTES), allowed)) {
            return Next.AGAIN;
        }
        if (!allowed) {
            sendSignOfLife();
        }
        window.ranDry();
        iterations.end();
        return Next.later(window.nanosLeft(nanoTime.getAsLong()));
    }

    private void sync() {
        dirtySync.run();
        long pendingBytes = sections.pendingBytes();
        counters.pendingBytes = pendingBytes;
        if (options.profile().has(Trait.DOWNTIME_EXPECTED_AT_SYNC)) {
            window.foresee(pendingBytes, options.parameters());
        }
    }

    /** Whether so little may be left that it is worth knowing how much it really is. */
    private boolean syncIsDue(long threshold, boolean iterationBegins) {
        long estimatedBytes = sections.precopyPendingBytes();
        return estimatedBytes < threshold
                || (estimatedBytes == threshold
                        && options.profile().has(Trait.SYNC_BEFORE_EVERY_SWITCHOVER))
                || (iterationBegins
                        && options.profile().has(Trait.SYNC_WHEN_ONLY_POSTCOPY_PENDING)
                        && sections.precopyOnlyPendingBytes() == 0);
    }

    /**
     * While the switchover waits for the destination's devices, QEMU syncs and sends without pause;
     * once in a window does as well.
     */
    private boolean windowSyncDue(long now) {
        if (now < nextSyncNanos) {
            return false;
        }
        nextSyncNanos = now + window.nanosLeft(now);
        return true;
    }

    /**
     * One PART of the first section that has something; the next has to wait for it, as in QEMU.
     * Where the switchover waits for devices they must not wait for RAM, which a busy guest never
     * lets come to its end.
     */
    private boolean sendPart(int allowance, boolean ramFirst) {
        int maxBytes = Math.max(allowance, RecordOutput.MAX_RECORD_BYTES);
        List<OutgoingSection> inOrder = sections.iterables();
        for (OutgoingSection section : ramFirst ? inOrder : inOrder.reversed()) {
            if (section.precopyPendingBytes() > 0) {
                if (section.look()) {
                    channels.main().send(out -> part(out, section, maxBytes));
                }
                return true;
            }
        }
        return false;
    }

    /** A PART of RAM without a page, as QEMU sends them while it waits. */
    private void sendSignOfLife() {
        OutgoingSection ram = sections.ram();
        channels.main().send(out -> part(out, ram, RecordOutput.MAX_RECORD_BYTES));
    }

    private void part(ByteBuf out, OutgoingSection section, int maxBytes) {
        StreamWriter.part(out, section.sectionId());
        int start = out.writerIndex();
        section.iterate(out, maxBytes);
        if (section instanceof OutgoingSection.Ram) {
            account.sent(out.writerIndex() - start);
        }
        StreamWriter.footer(out, section.sectionId());
    }
}
