package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.handler.codec.DecoderException;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import io.vmferry.machine.net.SocketFailure;
import io.vmferry.machine.tls.TlsEnd;
import io.vmferry.machine.tls.TlsException;
import io.vmferry.machine.tls.TlsSession;
import io.vmferry.protocol.channel.ChannelRole;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * A link over one Netty channel, TCP or UNIX. The channel's last handler, and its only one without
 * TLS; confined to its loop.
 *
 * <p>At most about 1 MiB of output is queued, so that the bytes in flight stay in the processor's
 * cache. Output goes without a promise per write: a failed write closes the channel and its
 * exception is the cause that the listener is told.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures come through the pipeline
final class NettyLink extends ChannelInboundHandlerAdapter implements SecurableLink {

    /** Under TLS a buffer is kept until its last record is whole, so that none is shared. */
    private static final int TLS_READ_BYTES = 256 << 10;

    private static final WriteBufferWaterMark WATER_MARKS =
            new WriteBufferWaterMark(512 << 10, 1 << 20);

    private final Channel channel;
    private final NettyEngineLoop loop;
    private final String peer;
    private final long closeLimitNanos;
    private final LinkInput input;
    private Optional<IOException> failure = Optional.empty();
    private boolean closing;
    private boolean inOutput;
    private boolean tellPosted;
    private TlsState tls = TlsState.NONE;
    private boolean strictEnd;
    private boolean mayBeCutOff;

    /** How far TLS below the link has come. */
    private enum TlsState {
        NONE,
        /** Its handshake goes on, without a listener if need be. */
        HANDSHAKE,
        SECURED,
        /** The peer has said that nothing more comes. */
        ENDED
    }

    private NettyLink(Channel channel, LinkContext context, String peer) {
        this.channel = channel;
        this.loop = context.loop();
        this.closeLimitNanos = context.operationLimitNanos();
        this.peer = peer;
        this.input = new LinkInput(loop, () -> {});
    }

    /** Prepares a fresh channel, before it is registered with the loop. */
    static NettyLink on(Channel channel, LinkContext context, String peer) {
        channel.config().setAutoRead(false);
        channel.config().setWriteBufferWaterMark(WATER_MARKS);
        var link = new NettyLink(channel, context, peer);
        channel.config().setRecvByteBufAllocator(new PlacedReceive(link.input, context.buffer()));
        channel.pipeline().addLast(link);
        return link;
    }

    /** Sets the TCP options: no delay, keep-alive. */
    static void tuneTcp(Channel channel, TcpOptions options) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        TcpPatience.apply(channel, options);
    }

    @Override
    public void secure(TlsSession session, boolean strict, Consumer<Optional<TlsException>> done) {
        tls = TlsState.HANDSHAKE;
        strictEnd = strict;
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(TLS_READ_BYTES));
        steerReading();
        session.begin(
                channel,
                refusal -> {
                    tls = TlsState.SECURED;
                    refusal.ifPresent(this::insecure);
                    steerReading();
                    done.accept(refusal);
                });
    }

    /** Ends the link, as it ends when its peer has closed it. */
    private void insecure(TlsException refusal) {
        if (failure.isEmpty()) {
            failure = Optional.of(refusal);
        }
        loop.execute(() -> {
            if (!closing) {
                closeAtOnce();
            }
        });
    }

    private void steerReading() {
        channel.config().setAutoRead(tls == TlsState.HANDSHAKE || input.open());
    }

    @Override
    public void carries(ChannelRole role) {
        mayBeCutOff = role.kind() == ChannelRole.ChannelKind.MULTIFD && !strictEnd;
    }

    @Override
    public void attach(LinkListener listener) {
        input.attach(listener);
        steerReading();
    }

    @Override
    public boolean writable() {
        return !closing && channel.isWritable();
    }

    @Override
    public void write(ByteBuf bytes) {
        if (closing || !channel.isActive()) {
            bytes.release();
            return;
        }
        inOutput = true;
        channel.write(bytes, channel.voidPromise());
        inOutput = false;
    }

    @Override
    public void flush() {
        inOutput = true;
        channel.flush();
        inOutput = false;
    }

    @Override
    public void whenDrained(Runnable action) {
        afterOutput(() ->
                loop.execute(() -> {
                    if (!closing) {
                        action.run();
                    }
                }));
    }

    @Override
    public void reading(boolean on) {
        input.reading(on);
        steerReading();
    }

    @Override
    public OptionalLong roundTripNanos() {
        return switch (channel) {
            case EpollSocketChannel tcp when tcp.isActive() ->
                    OptionalLong.of(TimeUnit.MICROSECONDS.toNanos(tcp.tcpInfo().rtt()));
            case DomainSocketChannel _ -> OptionalLong.of(0);
            default -> OptionalLong.empty();
        };
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            input.mute();
            afterOutput(channel::close);
            abortUnlessTaken(pendingBytes());
        }
    }

    /** Ends the output alone, after what has been written. */
    void endOutput() {
        afterOutput(() -> ((DuplexChannel) channel).shutdownOutput());
    }

    /** Limits the wait for a peer that does not read any more. */
    private void abortUnlessTaken(long beforeBytes) {
        if (!channel.isOpen()) {
            return;
        }
        var limit =
                loop.schedule(
                        closeLimitNanos,
                        () -> {
                            long leftBytes = pendingBytes();
                            if (leftBytes < beforeBytes) {
                                abortUnlessTaken(leftBytes);
                            } else {
                                closeAtOnce();
                            }
                        });
        channel.closeFuture().addListener(closed -> limit.cancel());
    }

    /** What has been written and not been taken by the kernel. */
    private long pendingBytes() {
        ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
        return output == null ? 0 : output.totalPendingWriteBytes() - output.currentProgress();
    }

    @Override
    public void abort() {
        closing = true;
        input.mute();
        closeAtOnce();
    }

    /** Beside the handlers, since TLS would take leave of the peer. */
    private void closeAtOnce() {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    @Override
    public void reset() {
        if (channel instanceof SocketChannel && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        abort();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String toString() {
        return peer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            input.received((ByteBuf) message);
        } catch (Throwable bug) {
            // the owner decides what becomes of the link
            loop.unexpected(bug);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            return;
        }
        if (!inOutput) {
            tellWritable();
        } else if (!tellPosted) {
            // The engine is still inside its own flush: it is told from the loop, not from within.
            tellPosted = true;
            loop.execute(this::tellWritable);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        if (closing || tls == TlsState.HANDSHAKE) {
            // the end of the handshake says why it has failed
            return;
        }
        if (tls == TlsState.ENDED && thrown instanceof IOException) {
            // the reply to the peer's end, which need not wait for it
            closeAtOnce();
            return;
        }
        Optional<IOException> broken = tls == TlsState.NONE ? Optional.empty() : brokenTls(thrown);
        if (failure.isEmpty()) {
            failure = broken.or(() -> Optional.of(LinkFailure.of(thrown)));
        }
        if (!(thrown instanceof IOException) && broken.isEmpty()) {
            loop.unexpected(thrown);
        }
        closeAtOnce();
    }

    private static Optional<IOException> brokenTls(Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException ? thrown.getCause() : thrown;
        return cause instanceof SSLException
                ? Optional.of(
                        new IOException(
                                "Cannot read from TLS channel: " + SocketFailure.reason(cause),
                                cause))
                : Optional.empty();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (TlsEnd.graceful(event) && tls == TlsState.SECURED) {
            tls = TlsState.ENDED;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (tls == TlsState.SECURED && failure.isEmpty() && !mayBeCutOff) {
            failure = Optional.of(new IOException(TlsEnd.CUT_OFF));
        }
        try {
            input.ended(failure);
        } catch (Throwable bug) {
            loop.unexpected(bug);
        }
    }

    private void tellWritable() {
        tellPosted = false;
        LinkListener listener = input.listener();
        if (listener != null && writable()) {
            try {
                listener.writable();
            } catch (Throwable bug) {
                loop.unexpected(bug);
            }
        }
    }

    /** Runs an action when all output queued so far has left, never when it could not. */
    private void afterOutput(Runnable action) {
        inOutput = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(written -> {
                    if (written.isSuccess()) {
                        action.run();
                    }
                });
        inOutput = false;
    }
}
