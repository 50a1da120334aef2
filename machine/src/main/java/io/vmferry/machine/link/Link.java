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
     * Whether the link wants more output now; when false, {@link LinkListener#writable()} tells.
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

    /** Takes nothing more and hears of nothing more; the link stays open until it is closed. */
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
     * Tells what the link is used for, once that is known; an inline return path is told beside the
     * main channel.
     */
    default void carries(ChannelRole role) {}

    /**
     * How long a byte and the acknowledgement of its arrival take, queues within the two processes
     * aside; empty where nobody knows.
     */
    default OptionalLong roundTripNanos() {
        return OptionalLong.empty();
    }

    /** The peer as a person would name it, for messages. */
    String peer();
}
