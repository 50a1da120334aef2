package io.vmferry.machine.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts a channel by Bouncy Castle's TLS. Output waits until the handshake is complete. Confined
 * to the channel's loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures come through the pipeline
final class BouncyTlsHandler extends ChannelDuplexHandler {

    /** Longest piece of output that is encrypted at a time. */
    private static final int PIECE_BYTES = 16 << 10;

    private static final int RECORD_HEAD_BYTES = 5;
    private static final int LEAST_TYPE = 20;
    private static final int GREATEST_TYPE = 24;

    private final BouncyEnd end;
    private final EventExecutor immediate = ImmediateEventExecutor.INSTANCE;
    private final Promise<Channel> handshake = immediate.newPromise();
    private byte[] piece = new byte[PIECE_BYTES];
    private @Nullable TlsProtocol protocol;
    private boolean complete;
    private boolean ended;
    private boolean firstSeen;

    /** Output from before the handshake was complete. */
    private final Deque<EarlyOutput> early = new ArrayDeque<>();

    private record EarlyOutput(ByteBuf bytes, ChannelPromise promise) {}

    BouncyTlsHandler(BouncyEnd end) {
        this.end = end;
    }

    Future<Channel> handshake() {
        return handshake;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            begin(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin(context);
        context.fireChannelActive();
    }

    private void begin(ChannelHandlerContext context) {
        if (protocol != null) {
            return;
        }
        try {
            protocol = end.begin(() -> complete = true);
            send(context);
            context.flush();
        } catch (IOException e) {
            failed(context, e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        TlsProtocol session = protocol;
        if (session == null || session.isClosed()) {
            bytes.release();
            return;
        }
        try {
            if (!firstSeen && bytes.isReadable()) {
                firstSeen = true;
                requireRecord(bytes);
            }
            while (bytes.isReadable()) {
                int length = Math.min(bytes.readableBytes(), PIECE_BYTES);
                byte[] input = take(bytes, length);
                session.offerInput(input, 0, length);
                afterInput(context, session);
            }
        } catch (IOException e) {
            send(context);
            context.flush();
            failed(context, e);
        } finally {
            bytes.release();
        }
    }

    /** The library would wait for the rest of a record that is none. */
    private static void requireRecord(ByteBuf bytes) throws NotSslRecordException {
        int type = bytes.getUnsignedByte(bytes.readerIndex());
        boolean versioned =
                bytes.readableBytes() < RECORD_HEAD_BYTES
                        || bytes.getByte(bytes.readerIndex() + 1) == 3;
        if (type < LEAST_TYPE || type > GREATEST_TYPE || !versioned) {
            throw new NotSslRecordException("not a TLS record");
        }
    }

    private byte[] take(ByteBuf bytes, int length) {
        bytes.readBytes(piece, 0, length);
        return piece;
    }

    private void afterInput(ChannelHandlerContext context, TlsProtocol session) {
        if (!session.isClosed()) {
            flushOutput(context, session);
        }
        if (complete && !handshake.isDone()) {
            handshake.setSuccess(context.channel());
            writeEarly(context);
        }
        int available = session.getAvailableInputBytes();
        if (available > 0 && context.channel().isOpen()) {
            ByteBuf plain = context.alloc().heapBuffer(available, available);
            session.readInput(plain.array(), plain.arrayOffset(), available);
            context.fireChannelRead(plain.writerIndex(available));
        }
        if (session.isClosed() && !ended) {
            ended = true;
            context.fireUserEventTriggered(TlsEnd.GRACEFUL);
        }
        // the reply to the end comes last: a peer that does not wait for it breaks the connection
        flushOutput(context, session);
    }

    private void flushOutput(ChannelHandlerContext context, TlsProtocol session) {
        if (session.getAvailableOutputBytes() > 0) {
            send(context);
            context.flush();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf bytes = (ByteBuf) message;
        TlsProtocol session = protocol;
        if (!complete && !handshake.isDone()) {
            early.add(new EarlyOutput(bytes, promise));
            return;
        }
        if (session == null || !complete || session.isClosed()) {
            bytes.release();
            fail(promise, new ClosedChannelException());
            return;
        }
        if (!bytes.isReadable()) {
            context.write(bytes, promise);
            return;
        }
        try {
            while (bytes.isReadable()) {
                int length = Math.min(bytes.readableBytes(), PIECE_BYTES);
                session.writeApplicationData(take(bytes, length), 0, length);
                ByteBuf output = output(context, session);
                if (bytes.isReadable()) {
                    context.write(output, context.voidPromise());
                } else {
                    context.write(output, promise);
                }
            }
        } catch (IOException e) {
            fail(promise, e);
            failed(context, e);
        } finally {
            bytes.release();
        }
    }

    private void writeEarly(ChannelHandlerContext context) {
        while (!early.isEmpty()) {
            EarlyOutput output = early.remove();
            write(context, output.bytes(), output.promise());
        }
        context.flush();
    }

    private void dropEarly() {
        while (!early.isEmpty()) {
            EarlyOutput output = early.remove();
            output.bytes().release();
            fail(output.promise(), new ClosedChannelException());
        }
    }

    private static void fail(ChannelPromise promise, Throwable cause) {
        if (!promise.isVoid()) {
            promise.tryFailure(cause);
        }
    }

    private static ByteBuf output(ChannelHandlerContext context, TlsProtocol session) {
        int length = session.getAvailableOutputBytes();
        ByteBuf output = context.alloc().directBuffer(length, length);
        ByteBuffer target = output.internalNioBuffer(0, length);
        session.readOutput(target, length);
        return output.writerIndex(length);
    }

    private void send(ChannelHandlerContext context) {
        TlsProtocol session = protocol;
        if (session != null && session.getAvailableOutputBytes() > 0) {
            context.write(output(context, session), context.voidPromise());
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        TlsProtocol session = protocol;
        if (session != null && complete && !session.isClosed()) {
            try {
                session.close();
            } catch (IOException e) {
                // it ends either way
            }
            send(context);
            context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(sent -> context.close(promise));
            return;
        }
        context.close(promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        handshake.tryFailure(new ClosedChannelException());
        dropEarly();
        context.fireChannelInactive();
    }

    private void failed(ChannelHandlerContext context, IOException e) {
        if (!handshake.tryFailure(e)) {
            context.fireExceptionCaught(e);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!handshake.tryFailure(cause)) {
            context.fireExceptionCaught(cause);
        }
    }
}
