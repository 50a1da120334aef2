package io.vmferry.machine.link;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Makes links: outgoing ones by connecting, incoming ones by listening. */
public interface Transport {

    /**
     * Limit of silence before a connection counts as broken, in seconds, where the transport
     * supports it.
     */
    int SILENCE_LIMIT_SECONDS = 120;

    /**
     * Connects to an address; exactly one of the two callbacks runs, on the engine's loop.
     *
     * @param failed gets one line that names the address and the reason
     * @return a handle that cancels the attempt; no callback runs afterwards
     */
    Attempt connect(
            MigrationAddress address, Consumer<Link> connected, Consumer<IOException> failed);

    /**
     * Listens on an address; each accepted link is handed over on the engine's loop. For a file the
     * one link that reads it. Exactly one of the last two callbacks runs, on the engine's loop too:
     * within the call where nothing has to be waited for, later where a name has to be resolved or
     * a disk asked.
     *
     * @param opened gets the listener before anything is accepted
     * @param failed gets one line that names the address and the reason (port in use, …)
     * @return a handle that cancels the attempt; no callback runs afterwards, and what was opened
     *     for it is closed
     */
    Attempt listen(
            MigrationAddress address,
            Acceptor acceptor,
            Consumer<Listening> opened,
            Consumer<IOException> failed);

    /** Receives the links that a listener accepts, on the engine's loop. */
    @FunctionalInterface
    interface Acceptor {

        /** A peer has connected, or the file is open. */
        void accepted(Link link);

        /**
         * Frees a descriptor for the next link by closing dispensable ones.
         *
         * @return whether there was one
         */
        default boolean makeRoom() {
            return false;
        }
    }

    /** An attempt to connect or to listen that is under way. */
    interface Attempt {

        /** Cancels the attempt; without effect when it is over. */
        void cancel();
    }

    /** An open listener. */
    interface Listening extends AutoCloseable {

        /**
         * The addresses really bound, at least one: without names, and with the port chosen by the
         * system where 0 was asked.
         */
        List<MigrationAddress> addresses();

        /** The first of them. */
        default MigrationAddress address() {
            return addresses().getFirst();
        }

        /** Stops listening; accepted links stay. */
        @Override
        void close();
    }
}
