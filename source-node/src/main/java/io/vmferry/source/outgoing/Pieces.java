package io.vmferry.source.outgoing;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.failure.Failure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/** Sections that are written one after the other while the guest stands still, batch by batch. */
final class Pieces {

    /** One section, or another part of the stream. */
    interface Piece {

        /** What must pass before the piece can be written. */
        default long delayNanos() {
            return 0;
        }

        /** Called once, before the delay. */
        default void begin() {}

        /** Asked behind the delay, before anything is written: why it cannot be, if so. */
        default Optional<Failure> failure() {
            return Optional.empty();
        }

        /** Appends about a batch; true when the piece is complete. */
        boolean write(ByteBuf out);
    }

    private final OutgoingSession session;
    private final Deque<Piece> pieces = new ArrayDeque<>();
    private boolean begun;
    private boolean delayed;

    Pieces(OutgoingSession session) {
        this.session = session;
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
    Phase.Step step(Consumer<Consumer<ByteBuf>> sender) {
        Piece piece = pieces.element();
        if (!begun) {
            begun = true;
            piece.begin();
            if (piece.delayNanos() > 0) {
                delayed = true;
                session.after(piece.delayNanos(), this::delayPassed);
            }
        }
        if (delayed) {
            return Phase.Step.WAIT;
        }
        Optional<Failure> failure = piece.failure();
        if (failure.isPresent()) {
            session.end(failure.get());
            return Phase.Step.WAIT;
        }
        sender.accept(out -> {
            if (piece.write(out)) {
                pieces.remove();
                begun = false;
            }
        });
        return Phase.Step.AGAIN;
    }

    private void delayPassed() {
        delayed = false;
        session.pump();
    }
}
