package io.vmferry.machine.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One end of a TLS session on one connection: the handler for the beginning of a channel's
 * pipeline, and the result of its handshake. Confined to the channel's loop.
 */
public final class TlsSession {

    /** The handler's name in the pipeline. */
    static final String HANDLER = "tls";

    private final ChannelHandler handler;
    private final Future<Channel> handshake;
    private final PeerVerification verification;

    /** The check of the peer once the handshake is complete. */
    @FunctionalInterface
    interface PeerVerification {

        /** A peer that nobody checks. */
        PeerVerification NONE = () -> {};

        void check() throws TlsException;
    }

    TlsSession(ChannelHandler handler, Future<Channel> handshake, PeerVerification verification) {
        this.handler = handler;
        this.handshake = handshake;
        this.verification = verification;
    }

    /**
     * Begins on a channel that is connected, in front of its handlers.
     *
     * @param done gets why there is no session, or nothing; the channel stays open either way
     */
    public void begin(Channel channel, Consumer<Optional<TlsException>> done) {
        handshake.addListener(result -> done.accept(outcome()));
        channel.pipeline().addFirst(HANDLER, handler);
    }

    private Optional<TlsException> outcome() {
        if (!handshake.isSuccess()) {
            return Optional.of(HandshakeFailure.worded(handshake.cause()));
        }
        try {
            verification.check();
            return Optional.empty();
        } catch (TlsException e) {
            return Optional.of(e);
        }
    }
}
