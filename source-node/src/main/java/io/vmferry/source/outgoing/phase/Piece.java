package io.vmferry.source.outgoing.phase;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.failure.Failure;
import java.util.Optional;

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
