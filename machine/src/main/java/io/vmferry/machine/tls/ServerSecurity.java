package io.vmferry.machine.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.Optional;
import java.util.function.Consumer;

/** Encrypts the connections that a server of this process accepts. */
@FunctionalInterface
public interface ServerSecurity {

    /** The session of the next connection. */
    TlsSession session() throws TlsException;

    /**
     * Serves a connection once its peer has proved who it is. On the channel's loop.
     *
     * @param serve adds the server's handlers, which then see an active channel
     * @param refused gets why the peer is not served; its connection is closed
     */
    default void admit(Channel channel, Runnable serve, Consumer<TlsException> refused) {
        try {
            session().begin(channel, refusal -> settle(channel, refusal, serve, refused));
        } catch (TlsException e) {
            settle(channel, Optional.of(e), serve, refused);
        }
    }

    private static void settle(
            Channel channel,
            Optional<TlsException> refusal,
            Runnable serve,
            Consumer<TlsException> refused) {
        if (refusal.isPresent()) {
            refused.accept(refusal.get());
            channel.unsafe().close(channel.unsafe().voidPromise());
            return;
        }
        serve.run();
        ChannelHandlerContext tls = channel.pipeline().context(TlsSession.HANDLER);
        if (tls != null) {
            tls.fireChannelActive();
        }
    }
}
