package io.vmferry.machine.monitor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.net.DescriptorChannel.ReceivedDescriptors;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a session to its channel. Unread output is held up to a limit, beyond which the client
 * is dropped.
 */
final class MonitorConnection extends ChannelInboundHandlerAdapter
        implements MonitorSession.Output {

    /** Longest backlog of a client that does not read. */
    static final long MAX_UNREAD_BYTES = 4 << 20;

    /** Time for a client to read the remaining output after it has ended its commands. */
    static final int GOODBYE_SECONDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(MonitorConnection.class);

    private final String monitor;
    private final Runnable noMoreCommands;
    private final Function<MonitorConnection, MonitorSession> sessions;

    @SuppressWarnings("NullAway.Init") // set when the handler is added
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init") // set when the channel is active
    private MonitorSession session;

    private long unreadBytes;
    private boolean wantsCommands = true;
    private boolean dropped;

    /**
     * A connection that is not open yet.
     *
     * @param monitor its address, for the log
     * @param noMoreCommands runs when the client will ask for nothing more, though it may still be
     *     owed a reply
     * @param sessions makes the session once there is a loop for it
     */
    MonitorConnection(
            String monitor,
            Runnable noMoreCommands,
            Function<MonitorConnection, MonitorSession> sessions) {
        this.monitor = monitor;
        this.noMoreCommands = noMoreCommands;
        this.sessions = sessions;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        session = sessions.apply(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        session.opened();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ReceivedDescriptors(List<Descriptor> descriptors)) {
            session.received(descriptors);
            return;
        }
        try {
            if (!dropped) {
                session.received((ByteBuf) message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        steerReading();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            noMoreCommands.run();
            session.inputEnded();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        session.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("Client of monitor {} is gone: {}", monitor, cause.getMessage());
        } else {
            LOG.error("Client of monitor {} is dropped: {}", monitor, cause.toString());
        }
        var _ = ctx.close();
    }

    @Override
    public void write(byte[] line) {
        if (dropped) {
            return;
        }
        if (unreadBytes + line.length > MAX_UNREAD_BYTES) {
            LOG.warn(
                    "Client of monitor {} is dropped: it left {} bytes unread",
                    monitor,
                    unreadBytes);
            dropped = true;
            var _ = context.close();
            return;
        }
        unreadBytes += line.length;
        context.writeAndFlush(Unpooled.wrappedBuffer(line))
                .addListener(future -> unreadBytes -= line.length);
    }

    @Override
    public void broken(Throwable bug) {
        LOG.error(
                "Internal error, please report it: client of monitor {} is dropped: {}",
                monitor,
                bug,
                bug);
        dropped = true;
        var _ = context.close();
    }

    @Override
    public void read(boolean on) {
        wantsCommands = on;
        steerReading();
    }

    @Override
    public void close() {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        // a client that does not read would keep its connection for ever
        Runnable giveUp =
                () -> {
                    var _ = context.close();
                };
        var _ = context.executor().schedule(giveUp, GOODBYE_SECONDS, TimeUnit.SECONDS);
    }

    /** Reads while the session wants commands and the client reads its replies. */
    private void steerReading() {
        context.channel().config().setAutoRead(wantsCommands && context.channel().isWritable());
    }
}
