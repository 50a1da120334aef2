package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Optional;

/** What an engine is told about one {@link Link}, always on its loop. */
public interface LinkListener {

    /** For a link that nobody listens to any more. */
    LinkListener NONE =
            new LinkListener() {
                @Override
                public void received(ByteBuf bytes) {}

                @Override
                public void closed(Optional<IOException> cause) {}
            };

    /** Bytes came. The buffer is borrowed: what is not read when the call returns is lost. */
    void received(ByteBuf bytes);

    /** The link is writable again after {@link Link#writable()} was false. */
    default void writable() {}

    /**
     * The link has ended, told exactly once unless our side closed it.
     *
     * @param cause empty when the peer closed in an orderly way (end of file)
     */
    void closed(Optional<IOException> cause);
}
