package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.guest.MigrationOptions;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Trait;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.channel.OutgoingChannels;
import io.vmferry.source.outgoing.channel.Pings;
import io.vmferry.source.outgoing.figures.BandwidthWindow;
import io.vmferry.source.outgoing.figures.OutgoingCounters;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.guest.DirtySync;
import io.vmferry.source.outgoing.guest.ForcedSync;
import io.vmferry.source.outgoing.guest.SwitchoverAcks;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import io.vmferry.source.outgoing.state.AttemptState;
import io.vmferry.source.outgoing.state.Stage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sends RAM and device state while the guest runs, pass after pass, until so little is left that
 * the downtime limit can be kept, and the destination's devices are ready. QEMU's {@code
 * migration_iteration_run}.
 */
public record PrecopyPhase(
        OutgoingChannels channels,
        SectionList sections,
        Iterations iterations,
        SwitchoverAcks acks,
        Pings pings,
        DirtySync dirtySync,
        ForcedSync forcedSync,
        BandwidthWindow window,
        OutgoingCounters counters,
        RamAccount account,
        AttemptState attempt,
        MigrationOptions options)
        implements Phase {

    /** The phase begins: with auto-converge a sync is forced whenever nothing else causes one. */
    public PrecopyPhase {
        if (options.capabilities().has(Capability.AUTO_CONVERGE)) {
            forcedSync.begin();
        }
    }

    @Override
    public Next advance() {
        window.update();
        long allowance = window.allowanceBytes();
        if (allowance == 0) {
            iterations.end();
            return Next.later(window.nanosLeft());
        }
        Optional<Failure> broken = channels.failures().ofMain();
        if (broken.isPresent()) {
            return new Next.Failed(broken.get());
        }
        boolean allowed = acks.switchoverAllowed() || channels.unanswered();
        long threshold = thresholdBytes();
        boolean iterationBegins = iterations.begins();
        if (iterationBegins) {
            counters.pendingBytes = sections.pendingBytes();
        }
        // while the switchover waits for devices, QEMU syncs without pause; once a window does as
        // well
        if (syncIsDue(threshold, iterationBegins)
                && (allowed || iterations.windowSyncDue(window.nanosLeft()))) {
            sync();
        }
        if (!allowed) {
            return Next.unless(
                    channels.failures().missing("SWITCHOVER_ACK"), () -> send(allowance, false));
        }
        if (attempt.postcopyRequested() && sections.mustPrecopyBytes() <= threshold) {
            return new Next.Enter(Stage.POSTCOPY_PREPARE);
        }
        if (sections.pendingBytes() <= threshold) {
            return new Next.Enter(Stage.SWITCHOVER);
        }
        return send(allowance, true);
    }

    /** The bytes that may be left: QEMU's threshold, less the time of devices and round trip. */
    private long thresholdBytes() {
        long overheadNanos = sections.saveNanos() + pings.roundTripNanos();
        return window.thresholdBytes() - window.reserveBytes(overheadNanos);
    }

    private Next send(long allowance, boolean allowed) {
        Optional<OutgoingSection> next = nextSection(allowed);
        if (next.isPresent()) {
            return sendPart(next.get(), allowance);
        }
        if (!allowed) {
            sendSignOfLife();
        }
        window.ranDry();
        iterations.end();
        return Next.later(window.nanosLeft());
    }

    private void sync() {
        dirtySync.run();
        long pendingBytes = sections.pendingBytes();
        counters.pendingBytes = pendingBytes;
        if (options.profile().has(Trait.DOWNTIME_EXPECTED_AT_SYNC)) {
            window.foresee(pendingBytes);
        }
    }

    /** Whether so little may be left that a sync is worth its cost. */
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
     * The first section that has something to send, as in QEMU. While the switchover waits for
     * devices their sections come first, since a busy guest always has dirty RAM.
     */
    private Optional<OutgoingSection> nextSection(boolean ramFirst) {
        List<OutgoingSection> inOrder = sections.iterables();
        for (OutgoingSection section : ramFirst ? inOrder : inOrder.reversed()) {
            if (section.precopyPendingBytes() > 0) {
                return Optional.of(section);
            }
        }
        return Optional.empty();
    }

    /**
     * Sends one PART of a section, or waits until what it has given away leaves room for more; then
     * a turn is asked for.
     */
    private Next sendPart(OutgoingSection section, long allowance) {
        long left = allowance - section.uncountedBytes();
        if (left <= 0 || !section.ready()) {
            return Next.WAIT;
        }
        if (section.look()) {
            int most = (int) Math.min(left, section.mostBytes());
            int maxBytes = Math.max(most, RecordOutput.MAX_RECORD_BYTES);
            Consumer<ByteBuf> part = out -> part(out, section, maxBytes);
            if (section.writesRecords()) {
                channels.main().sendRecords(part);
            } else {
                channels.main().send(part);
            }
        }
        return Next.AGAIN;
    }

    /** Sends a PART of RAM without a page, as QEMU does while it waits. */
    private void sendSignOfLife() {
        OutgoingSection ram = sections.ram();
        channels.main().send(out -> part(out, ram, RecordOutput.MAX_RECORD_BYTES));
    }

    private void part(ByteBuf out, OutgoingSection section, int maxBytes) {
        StreamWriter.part(out, section.sectionId());
        int start = out.writerIndex();
        section.iterate(out, maxBytes);
        if (section instanceof OutgoingSection.RamSection) {
            account.sent(out.writerIndex() - start);
        }
        StreamWriter.footer(out, section.sectionId());
    }
}
