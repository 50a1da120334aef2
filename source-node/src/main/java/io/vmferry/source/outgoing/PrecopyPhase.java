package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.source.outgoing.ram.RecordOutput;
import java.util.List;

/**
 * Sends RAM and device state while the guest runs, pass after pass, until so little is left that
 * the downtime limit can be kept, and the destination's devices are ready. QEMU's {@code
 * migration_iteration_run}.
 */
final class PrecopyPhase implements Phase {

    private final OutgoingSession session;
    private final Iterations iterations = new Iterations();
    private long nextSyncNanos;

    PrecopyPhase(OutgoingSession session) {
        this.session = session;
        this.nextSyncNanos = session.nanoTime();
    }

    @Override
    public Step step() {
        BandwidthWindow window = session.window();
        session.updateWindow();
        long allowance = window.allowanceBytes(session.counters());
        if (allowance == 0) {
            iterations.end();
            session.pumpAfter(window.nanosLeft(session.nanoTime()));
            return Step.WAIT;
        }
        if (session.channels().endIfBroken()) {
            return Step.WAIT;
        }
        SectionList sections = session.sections();
        boolean allowed = session.switchoverAllowed();
        // QEMU's threshold is for sending alone; what else a switchover takes is set aside here
        long threshold =
                window.thresholdBytes() - window.reserveBytes(session.switchoverOverheadNanos());
        boolean iterationBegins = iterations.begins(session.nanoTime());
        if (iterationBegins) {
            session.counters().pendingBytes = sections.pendingBytes();
        }
        if (syncIsDue(threshold, iterationBegins) && (allowed || windowSyncDue())) {
            sync();
        }
        if (!allowed) {
            session.channels().expect("SWITCHOVER_ACK");
            return session.halted() ? Step.WAIT : sendOrWait(allowance, false);
        }
        if (session.postcopy().started() && sections.mustPrecopyBytes() <= threshold) {
            session.enter(new PostcopyPreparePhase(session));
            return Step.AGAIN;
        }
        if (sections.pendingBytes() <= threshold) {
            session.enter(new SwitchoverPhase(session, SwitchoverPhase.Into.COMPLETION));
            return Step.AGAIN;
        }
        return sendOrWait(allowance, true);
    }

    private Step sendOrWait(long allowance, boolean allowed) {
        if (sendPart((int) Math.min(allowance, MainChannel.BATCH_BYTES), allowed)) {
            return Step.AGAIN;
        }
        if (!allowed) {
            sendSignOfLife();
        }
        BandwidthWindow window = session.window();
        window.ranDry();
        iterations.end();
        session.pumpAfter(window.nanosLeft(session.nanoTime()));
        return Step.WAIT;
    }

    private void sync() {
        session.dirtySync().run();
        long pendingBytes = session.sections().pendingBytes();
        session.counters().pendingBytes = pendingBytes;
        if (session.profile().foreseesDowntimeAtSync()) {
            session.window().foresee(pendingBytes, session.parameters());
        }
    }

    /** Whether so little may be left that it is worth knowing how much it really is. */
    private boolean syncIsDue(long threshold, boolean iterationBegins) {
        SectionList sections = session.sections();
        long estimatedBytes = sections.precopyPendingBytes();
        return estimatedBytes < threshold
                || (estimatedBytes == threshold && session.profile().syncsBeforeEverySwitchover())
                || (iterationBegins
                        && session.profile().syncsWhenOnlyPostcopyIsPending()
                        && sections.precopyOnlyPendingBytes() == 0);
    }

    /**
     * While the switchover waits for the destination's devices, QEMU syncs and sends without pause;
     * once in a window does as well.
     */
    private boolean windowSyncDue() {
        long now = session.nanoTime();
        if (now < nextSyncNanos) {
            return false;
        }
        nextSyncNanos = now + session.window().nanosLeft(now);
        return true;
    }

    /**
     * One PART of the first section that has something; the next has to wait for it, as in QEMU.
     * Where the switchover waits for devices they must not wait for RAM, which a busy guest never
     * lets come to its end.
     */
    private boolean sendPart(int allowance, boolean ramFirst) {
        int maxBytes = Math.max(allowance, RecordOutput.MAX_RECORD_BYTES);
        List<OutgoingSection> sections = session.sections().iterables();
        for (OutgoingSection section : ramFirst ? sections : sections.reversed()) {
            if (section.precopyPendingBytes() > 0) {
                if (section.look()) {
                    session.channel().send(out -> part(out, section, maxBytes));
                }
                return true;
            }
        }
        return false;
    }

    /** A PART of RAM without a page, as QEMU sends them while it waits. */
    private void sendSignOfLife() {
        OutgoingSection ram = session.ram();
        session.channel().send(out -> part(out, ram, RecordOutput.MAX_RECORD_BYTES));
    }

    private void part(ByteBuf out, OutgoingSection section, int maxBytes) {
        StreamWriter.part(out, section.sectionId());
        int start = out.writerIndex();
        section.iterate(out, maxBytes);
        if (section instanceof OutgoingSection.Ram) {
            session.countRam(out.writerIndex() - start);
        }
        StreamWriter.footer(out, section.sectionId());
    }
}
