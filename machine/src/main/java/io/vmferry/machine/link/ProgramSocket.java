package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.vmferry.machine.descriptor.Descriptor;
import io.vmferry.machine.descriptor.SocketPair;
import io.vmferry.machine.link.NettyTransport.LinkContext;
import java.io.IOException;
import java.util.Optional;

/**
 * A socket in place of the two pipes of a program, so that TLS can run on it: what is written to
 * the socket's other end is passed on to the program, and what comes from the program to the
 * socket. Confined to the loop.
 */
final class ProgramSocket {

    private ProgramSocket() {}

    /**
     * The link to be used in place of the pipes, which belong to it from now on.
     *
     * @throws IOException if there is no socket; the pipes are closed then
     */
    static NettyLink over(PipedLink pipes, LinkContext context) throws IOException {
        try {
            SocketPair pair = SocketPair.open();
            NettyLink near;
            try {
                near = link(pair.near(), context, pipes.peer());
            } catch (IOException e) {
                pair.far().close();
                throw e;
            }
            NettyLink far;
            try {
                far = link(pair.far(), context, pipes.peer());
            } catch (IOException e) {
                near.abort();
                throw e;
            }
            far.attach(new OneDirection(far, pipes, pipes::close));
            // a socket that is closed with bytes in it resets its peer, which a pipe never does
            pipes.attach(new OneDirection(pipes, far, far::endOutput));
            return near;
        } catch (IOException e) {
            pipes.abort();
            throw e;
        }
    }

    private static NettyLink link(Descriptor socket, LinkContext context, String peer)
            throws IOException {
        Channel channel;
        try {
            channel = context.loop().family().adopted(socket, false);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        NettyLink link = NettyLink.on(channel, context, peer);
        ChannelFuture registered = context.loop().eventLoop().register(channel);
        if (registered.cause() != null) {
            channel.unsafe().closeForcibly();
            throw new IOException("epoll refuses the socket", registered.cause());
        }
        return link;
    }

    /**
     * One direction; the listener of the link that it comes from.
     *
     * @param end tells the other link that nothing more comes
     */
    private record OneDirection(Link from, Link to, Runnable end) implements LinkListener {

        @Override
        public void received(ByteBuf bytes) {
            to.write(
                    ByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes()).writeBytes(bytes));
            to.flush();
            if (!to.writable()) {
                from.reading(false);
            }
        }

        /** There is room for the other direction again. */
        @Override
        public void writable() {
            to.reading(true);
        }

        @Override
        public void closed(Optional<IOException> cause) {
            if (cause.isEmpty()) {
                end.run();
            } else {
                to.abort();
            }
        }
    }
}
