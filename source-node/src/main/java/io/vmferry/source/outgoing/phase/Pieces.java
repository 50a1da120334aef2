package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.failure.Failure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Sections that are written one after the other while the guest stands still, batch by batch. */
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
    Next step(Consumer<Consumer<ByteBuf>> sender) {
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
}
