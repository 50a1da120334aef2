package io.vmferry.machine.link;

import io.netty.buffer.ByteBuf;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.OptionalLong;

/**
 * One byte connection to the peer, seen from the engine that uses it. All methods are called on the
 * engine's loop, all callbacks of the {@link LinkListener} arrive there.
 */
public interface Link {

    /**
     * Hands the link's input to a listener. May be called again to pass a link on; bytes received
     * from then on go to the new listener.
     */
    void attach(LinkListener listener);

    /**
     * Whether the link accepts more output now; {@link LinkListener#writable()} follows when it
     * does again.
     */
    boolean writable();

    /**
     * Queues bytes for sending and takes ownership of the buffer. Dropped when the link is closed.
     */
    void write(ByteBuf bytes);

    /** Passes what is queued to the transport. */
    void flush();

    /**
     * Runs an action on the loop when everything written so far has been taken by the transport
     * (for a file: is on its way to the disk without error). Never runs when the link breaks
     * before.
     */
    void whenDrained(Runnable action);

    /** Turns reading on or off: backpressure for the peer. Bytes already read still arrive. */
    void reading(boolean on);

    /**
     * Closes in an orderly way once the queued output has been sent; at once after a while in which
     * the peer has not taken it, where the transport has a peer.
     */
    void close();

    /** Closes at once; queued output is dropped. */
    void abort();

    /** Stops input and callbacks; the link stays open until it is closed. */
    default void ignore() {
        reading(false);
        attach(LinkListener.NONE);
    }

    /**
     * Closes at once in such a way that the peer sees the connection broken, where the transport
     * has that (TCP: RST instead of FIN).
     */
    default void reset() {
        abort();
    }

    /**
     * Sets the channel that the link carries, once it is known; an inline return path is added to
     * the main channel.
     */
    default void carries(ChannelRole role) {}

    /**
     * The round-trip time as the transport measures it, without queues in the two processes; empty
     * where it is unknown.
     */
    default OptionalLong roundTripNanos() {
        return OptionalLong.empty();
    }

    /** Whether bytes go one way only, so that nothing can be answered. */
    default boolean oneWay() {
        return false;
    }

    /** Whether its input is a file's, whose end can be no accident. */
    default boolean readsFile() {
        return false;
    }

    /** Whether the end of the input says nothing about the output, as with a program. */
    default boolean endsSeparately() {
        return false;
    }

    /** The peer's name in messages. */
    String peer();
}
