package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The guest stands still: sends what is left of RAM, all device state, the end of the stream and
 * its description; then waits until the destination has said that it runs the guest. QEMU's {@code
 * qemu_savevm_state_complete_precopy}.
 */
final class CompletionPhase implements Phase {

    /** One section (or the tail) of the completion, written in batches. */
    private interface Piece {

        /** What must pass before the piece can be written. */
        default long delayNanos() {
            return 0;
        }

        default void begin() {}

        /** Appends about a batch; true when the piece is complete. */
        boolean write(ByteBuf out);
    }

    private final OutgoingSession session;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private final VmDescription description;
    private boolean begun;
    private boolean delayed;
    private boolean flushing;

    CompletionPhase(OutgoingSession session) {
        this.session = session;
        this.description = new VmDescription(RamFlags.PAGE_SIZE);
        session.describedConfiguration().ifPresent(description::configuration);
        session.sections().iterables().forEach(section -> pieces.add(new End(section)));
        session.sections().fulls().forEach(full -> pieces.add(new Full(full)));
        pieces.add(new Tail());
    }

    @Override
    public Step step() {
        Piece piece = pieces.peek();
        if (piece == null) {
            return awaitEnd();
        }
        if (!begun) {
            begun = true;
            piece.begin();
            if (piece.delayNanos() > 0) {
                delayed = true;
                session.after(piece.delayNanos(), this::delayPassed);
            }
        }
        if (delayed) {
            return Step.WAIT;
        }
        session.channel()
                .send(out -> {
                    if (piece.write(out)) {
                        pieces.remove();
                        begun = false;
                    }
                });
        return Step.AGAIN;
    }

    private void delayPassed() {
        delayed = false;
        session.pump();
    }

    private Step awaitEnd() {
        if (!flushing) {
            flushing = true;
            session.downtime().enter(DowntimeClock.Part.FLUSH, session.nanoTime());
            session.probe().reached(PointName.EOF_SENT);
            session.channel().link().whenDrained(session::streamDrained);
        }
        return Step.WAIT;
    }

    /** The END section of an iterable. */
    private final class End implements Piece {

        private final OutgoingSection section;
        private boolean headed;

        End(OutgoingSection section) {
            this.section = section;
        }

        @Override
        public long delayNanos() {
            return section.saveNanos();
        }

        @Override
        public void begin() {
            if (section instanceof OutgoingSection.Device) {
                session.downtime().enter(DowntimeClock.Part.DEVICES, session.nanoTime());
                session.probe().reached(PointName.DEVICE_SAVE_STARTED, section.name());
            }
        }

        @Override
        public boolean write(ByteBuf out) {
            if (!headed) {
                headed = true;
                StreamWriter.end(out, section.sectionId());
            }
            boolean complete = section.complete(out, MainChannel.BATCH_BYTES - out.writerIndex());
            if (section instanceof OutgoingSection.Ram) {
                session.countRam(out.readableBytes());
            }
            if (complete) {
                StreamWriter.footer(out, section.sectionId());
                session.probe()
                        .reached(
                                section instanceof OutgoingSection.Device
                                        ? PointName.DEVICE_SAVED
                                        : PointName.RAM_COMPLETE_SENT,
                                section.name());
            }
            return complete;
        }
    }

    /** The SECTION_FULL of one device. */
    private final class Full implements Piece {

        private final SectionList.Full full;

        Full(SectionList.Full full) {
            this.full = full;
        }

        @Override
        public long delayNanos() {
            return full.device().saveNanos();
        }

        @Override
        public void begin() {
            session.downtime().enter(DowntimeClock.Part.DEVICES, session.nanoTime());
            session.probe().reached(PointName.DEVICE_SAVE_STARTED, full.device().idstr());
        }

        @Override
        public boolean write(ByteBuf out) {
            var device = full.device();
            SectionHeader header =
                    new SectionHeader(
                            SectionType.FULL,
                            full.sectionId(),
                            device.idstr(),
                            device.instanceId(),
                            device.versionId());
            StreamWriter.sectionHeader(out, header);
            StateWriter state = new StateWriter(out);
            device.save(state);
            description.device(header, state.fields());
            StreamWriter.footer(out, full.sectionId());
            session.probe().reached(PointName.DEVICE_SAVED, device.idstr());
            return true;
        }
    }

    /** End of the stream and the description that follows it. */
    private final class Tail implements Piece {

        @Override
        public boolean write(ByteBuf out) {
            StreamWriter.eof(out);
            StreamWriter.vmDescription(out, description.toJson());
            return true;
        }
    }
}
