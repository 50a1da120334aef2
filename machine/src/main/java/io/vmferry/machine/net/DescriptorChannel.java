package io.vmferry.machine.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.DescriptorException;
import io.vmferry.machine.descriptor.MessageReader;
import io.vmferry.machine.descriptor.MessageReader.ReadResult;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connected UNIX socket that brings bytes and descriptors in their order, which Netty's own
 * channels do not: they read either. Handlers get {@link ByteBuf}s and {@link ReceivedDescriptors};
 * the end of input leaves the output open. For loops of epoll.
 *
 * <p>It is notified of changes only (EPOLLET), and asks anew whenever it is to read: each read
 * registers its interest again, upon which the kernel reports what is there already. So a peer that
 * has hung up is read from as slowly as any other, since what it has left behind may be a lot.
 */
public final class DescriptorChannel extends AbstractChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private static final EpollIoOps INPUT =
            EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);

    private final Socket socket;
    private final MessageReader reader;
    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final MessageReader.MessageSink sink = new PipelineSink();
    private @Nullable IoRegistration registration;
    private EpollIoOps interest = INPUT;
    private boolean readWanted;
    private boolean inputEnded;

    /**
     * A channel of a descriptor, which it closes.
     *
     * @param parent that has accepted it
     * @param maxBytes how much one read brings at most
     */
    public DescriptorChannel(Channel parent, int descriptor, int maxBytes) {
        super(parent);
        this.socket = new Socket(descriptor);
        this.reader = new MessageReader(descriptor, maxBytes);
    }

    /** What handlers get when descriptors have come; whoever takes it closes them. */
    public record ReceivedDescriptors(List<Descriptor> descriptors) {}

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public boolean isActive() {
        return socket.isOpen();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(ReadyHandle.class);
    }

    @Override
    protected SocketAddress localAddress0() {
        return socket.localDomainSocketAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return socket.remoteDomainSocketAddress();
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        ((IoEventLoop) eventLoop())
                .register((ReadyHandle) unsafe())
                .addListener(future -> {
                    if (future.isSuccess()) {
                        registration = (IoRegistration) future.getNow();
                        await(INPUT);
                        var _ = promise.setSuccess();
                    } else {
                        var _ = promise.setFailure(future.cause());
                    }
                });
    }

    @Override
    protected void doDeregister() {
        IoRegistration former = registration;
        registration = null;
        if (former != null) {
            boolean _ = former.cancel();
        }
    }

    @Override
    protected void doClose() throws Exception {
        inputEnded = true;
        try {
            doDeregister();
        } finally {
            socket.close();
        }
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("It is connected");
    }

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    @Override
    protected void doBeginRead() {
        if (!inputEnded) {
            readWanted = true;
            await(interest);
        }
    }

    /** Registers interest, upon which the kernel also reports what is ready now. */
    private void await(EpollIoOps ops) {
        interest = ops;
        if (registration != null) {
            long _ = registration.submit(ops);
        }
    }

    // ---- input

    private void readOnce() {
        readWanted = false;
        try {
            ReadResult outcome = reader.read(sink);
            if (outcome == ReadResult.END) {
                inputEnded = true;
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
            pipeline().fireChannelReadComplete();
        } catch (DescriptorException e) {
            inputEnded = true;
            pipeline().fireExceptionCaught(e);
        }
    }

    private final class PipelineSink implements MessageReader.MessageSink {
        @Override
        public void bytes(ByteBuffer bytes) {
            pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
        }

        @Override
        public void descriptors(List<Descriptor> descriptors) {
            pipeline().fireChannelRead(new ReceivedDescriptors(descriptors));
        }
    }

    // ---- output

    @Override
    protected Object filterOutboundMessage(Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (bytes.isDirect()) {
            return bytes;
        }
        ByteBuf direct = alloc().directBuffer(Math.max(1, bytes.readableBytes()));
        direct.writeBytes(bytes);
        bytes.release();
        return direct;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer output) throws Exception {
        for (Object next = output.current(); next != null; next = output.current()) {
            ByteBuf bytes = (ByteBuf) next;
            int sent = bytes.isReadable() ? send(bytes) : 0;
            if (bytes.isReadable() && sent == 0) {
                await(INPUT.with(EpollIoOps.EPOLLOUT));
                return;
            }
            output.removeBytes(sent);
        }
        if (interest.contains(EpollIoOps.EPOLLOUT)) {
            await(INPUT);
        }
    }

    private int send(ByteBuf bytes) throws Exception {
        ByteBuffer buffer = bytes.nioBuffer();
        return socket.send(buffer, buffer.position(), buffer.limit());
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new ReadyHandle();
    }

    /** What the loop calls when the socket is ready. */
    private final class ReadyHandle extends AbstractUnsafe implements EpollIoHandle {

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void handle(IoRegistration source, IoEvent event) {
            EpollIoOps ops = ((EpollIoEvent) event).ops();
            if (ops.contains(EpollIoOps.EPOLLERR) || ops.contains(EpollIoOps.EPOLLOUT)) {
                flush0();
            }
            if (isOpen() && !inputEnded && readWanted && config.isAutoRead()) {
                readOnce();
            }
        }

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            var _ = promise.setFailure(new UnsupportedOperationException("It is connected"));
        }

        @Override
        public void close() {
            close(voidPromise());
        }
    }
}
