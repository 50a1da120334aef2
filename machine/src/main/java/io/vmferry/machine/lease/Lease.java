package io.vmferry.machine.lease;

import java.util.function.Consumer;

/**
 * The right to run the guest, as a disk lock gives it in QEMU. Used on the engine's loop, where all
 * answers come, too: within the call where nothing has to be waited for. What is asked for takes
 * place in the order in which it was asked.
 */
public interface Lease {

    /** Tries to become the owner. Who owns the lease already goes on owning it. */
    void take(Consumer<Taking> done);

    /**
     * Gives ownership up, so that the other node can take it.
     *
     * @param done runs once that can happen; this node has nothing to do with the lease any more
     */
    void giveUp(Runnable done);

    /** Gives ownership up as if it had never been taken: nothing has run here meanwhile. */
    void putBack(Runnable done);

    /** Whether this node owns the lease, as far as it knows. */
    boolean held();

    /** Looks what has become of a lease that this node has given up; is in nobody's way. */
    void look(Consumer<LeaseStatus> done);

    /**
     * Sets what runs when somebody else has become the owner of a lease that is held here, which no
     * lock can prevent where files are replaced. It is not held any more then.
     *
     * @param action is given what has happened, as a clause
     */
    void whenLost(Consumer<String> action);

    /** What the lease is called in messages. */
    String description();
}
