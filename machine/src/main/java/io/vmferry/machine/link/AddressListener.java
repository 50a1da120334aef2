package io.vmferry.machine.link;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Makes incoming links by listening. */
@FunctionalInterface
public interface AddressListener {

    /**
     * Listens on an address; each accepted link is handed over on the engine's loop. For a file the
     * one link that reads it. Exactly one of the last two callbacks runs, on the engine's loop too:
     * within the call where nothing has to be waited for, later where a name has to be resolved or
     * a disk asked.
     *
     * @param opened gets what is open before anything is accepted
     * @param failed gets one line that names the address and the reason (port in use, …)
     * @return cancels it; no callback runs afterwards, and what was opened for it is closed
     */
    Cancellable listen(
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
