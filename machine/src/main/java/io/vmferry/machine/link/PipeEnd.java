package io.vmferry.machine.link;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import io.vmferry.machine.descriptor.Descriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pipe on the loop, which epoll says when to use. Netty has no channel for pipes, but
 * its loop takes any handle. Events come once for each change, so that a pipe that has hung up and
 * is not read now does not keep the loop busy. Confined to the loop.
 */
abstract class PipeEnd implements EpollIoHandle {

    final FileDescriptor file;
    private @Nullable IoRegistration registration;
    private boolean closed;

    /** Takes the descriptor over. */
    PipeEnd(Descriptor descriptor) {
        this.file = new FileDescriptor(descriptor.release());
    }

    /** Something has happened to the pipe. */
    abstract void ready(EpollIoOps events);

    /**
     * Begins to get events.
     *
     * @throws IOException if epoll does not take it
     */
    final void register(NettyEngineLoop loop, EpollIoOps wanted) throws IOException {
        Future<IoRegistration> registered = ((IoEventLoop) loop.eventLoop()).register(this);
        if (!registered.isSuccess()) {
            throw new IOException("epoll refuses the descriptor", registered.cause());
        }
        registration = registered.getNow();
        registration.submit(wanted.with(EpollIoOps.EPOLLET));
    }

    @Override
    public final FileDescriptor fd() {
        return file;
    }

    @Override
    public final void handle(IoRegistration from, IoEvent event) {
        if (!closed) {
            ready(((EpollIoEvent) event).ops());
        }
    }

    final boolean isClosed() {
        return closed;
    }

    /** Closes the descriptor, at the end of the loop too. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            if (registration != null) {
                registration.cancel();
            }
            file.close();
        }
    }
}
