package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.stream.SectionHeader;
import io.vmferry.protocol.stream.SectionType;
import io.vmferry.protocol.stream.StateWriter;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import io.vmferry.source.outgoing.figures.OutgoingCounters.RamAccount;
import io.vmferry.source.outgoing.ram.RecordOutput;
import io.vmferry.source.outgoing.section.OutgoingSection;
import io.vmferry.source.outgoing.section.SectionList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Sections that are written one after the other while the guest is stopped, batch by batch. */
final class Pieces {

    private final LongSupplier nanoTime;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private boolean begun;
    private long readyNanos;

    Pieces(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void add(Piece piece) {
        pieces.add(piece);
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /**
     * Has a batch of the current piece written, unless its device needs time before.
     *
     * @param sender takes what writes the batch
     */
    Next advance(Consumer<Consumer<ByteBuf>> sender) {
        Piece piece = pieces.element();
        long now = nanoTime.getAsLong();
        if (!begun) {
            begun = true;
            piece.begin();
            readyNanos = now + piece.delayNanos();
        }
        if (now < readyNanos) {
            return Next.later(readyNanos - now);
        }
        if (!piece.ready()) {
            return Next.WAIT;
        }
        Optional<Failure> failure = piece.failure();
        if (failure.isPresent()) {
            return new Next.Failed(failure.get());
        }
        sender.accept(out -> {
            if (piece.write(out)) {
                pieces.remove();
                begun = false;
            }
        });
        return Next.AGAIN;
    }

    /** One section, or another part of the stream. */
    interface Piece {

        /** The time before the piece can be written. */
        default long delayNanos() {
            return 0;
        }

        /** Whether a batch can be sent now; a turn is asked for when it can. */
        default boolean ready() {
            return true;
        }

        /** Called once, before the delay. */
        default void begin() {}

        /** Why the piece cannot be written, asked after the delay; empty when it can. */
        default Optional<Failure> failure() {
            return Optional.empty();
        }

        /** Appends about a batch; true when the piece is complete. */
        boolean write(ByteBuf out);
    }

    /** The END section of an iterable. */
    static final class EndPiece implements Piece {

        private final OutgoingSection section;
        private final RamAccount account;
        private final DeviceSaving saving;
        private boolean headed;

        EndPiece(OutgoingSection section, RamAccount account, DeviceSaving saving) {
            this.section = section;
            this.account = account;
            this.saving = saving;
        }

        @Override
        public long delayNanos() {
            return section.saveNanos();
        }

        @Override
        public boolean ready() {
            return section.ready();
        }

        @Override
        public void begin() {
            if (section instanceof OutgoingSection.IterableSection) {
                saving.begins(section.name());
            }
        }

        @Override
        public Optional<Failure> failure() {
            return headed || section instanceof OutgoingSection.RamSection
                    ? Optional.empty()
                    : saving.failure(section.name());
        }

        @Override
        public boolean write(ByteBuf out) {
            if (!headed) {
                headed = true;
                StreamWriter.end(out, section.sectionId());
            }
            int start = out.writerIndex();
            boolean complete = section.complete(out, section.mostBytes() - start);
            if (section instanceof OutgoingSection.RamSection) {
                int endOfSection = complete ? RecordOutput.EOS_BYTES : 0;
                account.sent(out.writerIndex() - start - endOfSection);
            }
            if (complete) {
                StreamWriter.footer(out, section.sectionId());
                if (section instanceof OutgoingSection.IterableSection) {
                    saving.saved(section.name());
                } else {
                    saving.probe().reached(PointName.RAM_COMPLETE_SENT, section.name());
                }
            }
            return complete;
        }
    }

    /**
     * The SECTION_FULL of one device.
     *
     * @param description gets the fields that were written; a package has none
     */
    record FullPiece(
            SectionList.Full full, Optional<VmDescription> description, DeviceSaving saving)
            implements Piece {

        @Override
        public long delayNanos() {
            return full.device().saveNanos();
        }

        @Override
        public void begin() {
            saving.begins(full.device().idstr());
        }

        @Override
        public Optional<Failure> failure() {
            return saving.failure(full.device().idstr());
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
            description.ifPresent(d -> d.device(header, state.fields()));
            StreamWriter.footer(out, full.sectionId());
            saving.saved(device.idstr());
            return true;
        }
    }
}
