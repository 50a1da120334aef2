package io.vmferry.dest.incoming.stream;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.stream.Command;
import io.vmferry.protocol.stream.StreamException;
import java.util.Optional;
import java.util.UUID;

/** An event of a stream that is neither device state nor a page of RAM. */
public sealed interface StreamEvent {

    /**
     * The source's configuration fits ours.
     *
     * @param returnPath the migration's id, when the source connects a return path of its own
     */
    record Configured(Optional<UUID> returnPath) implements StreamEvent {}

    /** A command without data of its own. */
    record Commanded(Command command) implements StreamEvent {}

    /** A package follows, of which nothing is kept when it is refused. */
    record PackageAnnounced() implements StreamEvent {}

    /**
     * A package is here as a whole.
     *
     * @param blob owned by the handler
     */
    record PackageArrived(ByteBuf blob) implements StreamEvent {}

    /** Follows events in stream order, while the stream is being read. */
    @FunctionalInterface
    interface StreamEventHandler {

        /**
         * Does what follows from the event.
         *
         * @throws StreamException to refuse the stream
         */
        void follow(StreamEvent event) throws StreamException;
    }
}
