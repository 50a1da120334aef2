package io.vmferry.dest.incoming.channel;

import io.netty.buffer.ByteBuf;
import io.vmferry.dest.incoming.state.IncomingState;
import io.vmferry.machine.link.Link;
import io.vmferry.machine.link.LinkListener;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.failure.Failure;
import io.vmferry.protocol.status.Side;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The input of a return path's own connection, on which the source sends nothing.
 *
 * @param streamBytes what has been read of the main channel
 * @param failed gets what is wrong with the return path of the migration
 * @param unrecognized gets a connection that waited to become one and is none, and why
 */
public record ReturnPathInput(
        Link link,
        UUID migrationId,
        IncomingState state,
        IncomingChannels channels,
        LongSupplier streamBytes,
        Consumer<Failure> failed,
        BiConsumer<Link, String> unrecognized)
        implements LinkListener {

    @Override
    public void received(ByteBuf bytes) {
        Failure failure =
                Failure.Wire.sequence(
                        ChannelRole.RETURN_PATH,
                        bytes.readableBytes()
                                + " bytes came from the source, which only listens there");
        if (channels.hasReturnPath(link)) {
            failed.accept(failure);
        } else if (channels.waitingReturnPaths().forget(migrationId, link)) {
            unrecognized.accept(link, failure.text());
        }
    }

    @Override
    public void writable() {
        channels.returnPathWritable();
    }

    @Override
    public void closed(Optional<IOException> cause) {
        if (!channels.hasReturnPath(link)) {
            channels.waitingReturnPaths().forget(migrationId, link);
        } else if (state.halted()) {
            channels.forgetReturnPath();
        } else {
            long offsetBytes = streamBytes.getAsLong();
            failed.accept(
                    Failure.ConnectionFailure.broken(
                            ChannelRole.RETURN_PATH,
                            offsetBytes,
                            "Return path broke at byte %s of the main channel"
                                    .formatted(Figures.number(offsetBytes)),
                            Side.SOURCE,
                            cause));
        }
    }
}
