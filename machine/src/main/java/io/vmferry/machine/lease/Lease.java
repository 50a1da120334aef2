package io.vmferry.machine.lease;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * The right to run the guest, as a disk lock gives it in QEMU. Used on the engine's loop, where
 * callbacks run too, within the call when there is nothing to wait for. Requests are processed in
 * order.
 */
public interface Lease {

    /** Tries to become the holder; a holder stays the holder. */
    void take(Consumer<Taking> done);

    /**
     * Gives ownership up, so that the other node can take it.
     *
     * @param done runs once another node can take it
     */
    void giveUp(Runnable done);

    /** Gives ownership up as if it had never been taken: nothing has run here meanwhile. */
    void putBack(Runnable done);

    /** Whether this node holds the lease, as far as it knows. */
    boolean held();

    /** Queries the state of a lease that this node has given up, without blocking another node. */
    void look(Consumer<LeaseStatus> done);

    /**
     * Sets what runs when another node has become the holder of a lease that is held here, which no
     * lock can prevent when files are replaced. It is not held any more then.
     *
     * @param action gets the reason, as a clause
     */
    void whenLost(Consumer<String> action);

    /** The name of the lease in messages. */
    String description();

    /** Whether the other side may have the same one, so that it can tell who runs the guest. */
    default boolean shared() {
        return true;
    }

    /** The state of a lease that this node has given up. */
    enum LeaseStatus {
        /** Nobody can tell. */
        UNKNOWN,
        /** It was not taken since. */
        UNCLAIMED,
        /** Another node has it. */
        HELD_ELSEWHERE,
        /** Another node had it and has ended, and with it the guest that ran there. */
        ABANDONED
    }

    /** Thrown for a file that holds something other than a lease, which a lease would overwrite. */
    final class NotALeaseException extends IOException {

        private static final long serialVersionUID = 1;

        NotALeaseException(String message) {
            super(message);
        }
    }
}
