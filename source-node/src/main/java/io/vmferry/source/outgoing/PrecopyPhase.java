package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.StreamWriter;

/**
 * Sends RAM and device state while the guest runs, pass after pass, until so little is left that
 * the downtime limit can be kept. QEMU's {@code migration_iteration_run}.
 */
final class PrecopyPhase implements Phase {

    private final OutgoingSession session;

    PrecopyPhase(OutgoingSession session) {
        this.session = session;
    }

    @Override
    public Step step() {
        BandwidthWindow window = session.window();
        session.updateWindow();
        long allowance = window.allowanceBytes(session.counters());
        if (allowance == 0) {
            session.pumpAfter(window.nanosLeft(session.nanoTime()));
            return Step.WAIT;
        }
        SectionList sections = session.sections();
        // QEMU's threshold is for sending alone; what else a switchover takes is set aside here
        long threshold =
                window.thresholdBytes() - window.reserveBytes(session.switchoverOverheadNanos());
        if (sections.precopyPendingBytes() < threshold) {
            session.dirtySync().run();
        }
        if (sections.pendingBytes() <= threshold) {
            session.enter(new SwitchoverPhase(session));
            return Step.AGAIN;
        }
        if (sendPart((int) Math.min(allowance, MainChannel.BATCH_BYTES))) {
            return Step.AGAIN;
        }
        window.ranDry();
        session.pumpAfter(window.nanosLeft(session.nanoTime()));
        return Step.WAIT;
    }

    /**
     * One PART of the first section that has something; the next has to wait for it, as in QEMU.
     */
    private boolean sendPart(int allowance) {
        int maxBytes = Math.max(allowance, RamSender.MAX_RECORD_BYTES);
        for (OutgoingSection section : session.sections().iterables()) {
            if (section.precopyPendingBytes() > 0) {
                int bytes = session.channel().send(out -> part(out, section, maxBytes));
                if (section instanceof OutgoingSection.Ram) {
                    session.countRam(bytes);
                }
                return true;
            }
        }
        return false;
    }

    private static void part(ByteBuf out, OutgoingSection section, int maxBytes) {
        StreamWriter.part(out, section.sectionId());
        section.iterate(out, maxBytes);
        StreamWriter.footer(out, section.sectionId());
    }
}
