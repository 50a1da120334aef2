package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.ram.RamFlags;
import io.vmferry.protocol.stream.StreamWriter;
import io.vmferry.protocol.stream.VmDescription;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The guest stands still: sends what is left of RAM, all device state, the end of the stream and
 * its description; then waits until the destination has said that it runs the guest. QEMU's {@code
 * qemu_savevm_state_complete_precopy}.
 */
final class CompletionPhase implements Phase {

    private final OutgoingSession session;
    private final Pieces pieces;
    private final VmDescription description;
    private boolean written;
    private boolean flushing;

    CompletionPhase(OutgoingSession session) {
        this.session = session;
        this.description = new VmDescription(RamFlags.PAGE_SIZE);
        this.pieces = new Pieces(session);
        StreamConfiguration.described(session).ifPresent(description::configuration);
        session.sections().iterables().stream()
                .filter(OutgoingSection::hasContent)
                .forEach(section -> pieces.add(new EndPiece(session, section)));
        session.sections()
                .fulls()
                .forEach(
                        full -> pieces.add(new FullPiece(session, full, Optional.of(description))));
        pieces.add(this::tail);
    }

    @Override
    public Step step() {
        return pieces.isEmpty() ? awaitEnd() : pieces.step(this::send);
    }

    /** The guest is not ours alone from when the end of the stream leaves, and not before. */
    private void send(Consumer<ByteBuf> content) {
        session.channel()
                .send(
                        content,
                        () -> {
                            if (written) {
                                session.end().handover().streamEnds();
                            }
                        });
    }

    private Step awaitEnd() {
        if (!flushing) {
            flushing = true;
            session.downtime().enter(DowntimeClock.Part.FLUSH, session.nanoTime());
            session.probe().reached(PointName.EOF_SENT);
            session.channel().link().whenDrained(session.end()::streamDrained);
        }
        return Step.WAIT;
    }

    /** End of the stream and the description that follows it. */
    private boolean tail(ByteBuf out) {
        StreamWriter.eof(out);
        StreamWriter.vmDescription(out, description.toJson());
        written = true;
        return true;
    }
}
