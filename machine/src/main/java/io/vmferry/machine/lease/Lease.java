package io.vmferry.machine.lease;

/**
 * The right to run the guest, as a disk lock gives it in QEMU. Owned by the engine's loop. Taking
 * and giving up are idempotent.
 */
public interface Lease {

    /** Tries to become the owner; never waits. True when this node owns the lease afterwards. */
    boolean take();

    /** Gives ownership up, so that the other node can take it. */
    void giveUp();

    /** Whether this node owns the lease. */
    boolean held();

    /** What the lease is, for the log. */
    String description();
}
