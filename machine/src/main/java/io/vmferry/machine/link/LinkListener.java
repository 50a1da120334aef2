package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Optional;

/** The callbacks of a {@link Link}, always on the engine's loop. */
public interface LinkListener {

    /** A listener that ignores everything. */
    LinkListener NONE =
            new LinkListener() {
                @Override
                public void received(ByteBuf bytes) {}

                @Override
                public void closed(Optional<IOException> cause) {}
            };

    /** Bytes came. The buffer is borrowed: what is not read when the call returns is lost. */
    void received(ByteBuf bytes);

    /**
     * Memory that the next bytes belong in, for a transport that can read them there; empty where
     * they may come in any buffer. Asked when all that was read before has been received. What was
     * read comes by {@link #received}, possibly in parts or as a changed copy.
     *
     * @return a buffer to be filled from its writer index on; owned by the caller
     */
    default Optional<ByteBuf> memory() {
        return Optional.empty();
    }

    /** The link is writable again after {@link Link#writable()} was false. */
    default void writable() {}

    /**
     * The link has ended; called exactly once unless our side closed it.
     *
     * @param cause empty when the peer closed in an orderly way (end of file)
     */
    void closed(Optional<IOException> cause);
}
