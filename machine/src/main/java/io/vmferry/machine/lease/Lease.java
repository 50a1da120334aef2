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

    /**
     * Whether somebody else has owned the lease between this node's giving it up and taking it
     * again. Whatever ran on it there is newer than what this node still has.
     */
    default boolean passedOn() {
        return false;
    }

    /** Where a lease is that this node has given up. */
    enum Whereabouts {
        /** Nobody can tell. */
        UNKNOWN,
        /** Nobody has taken it since. */
        UNCLAIMED,
        /** Somebody else has it. */
        HELD_ELSEWHERE,
        /** Somebody else had it and has ended: whatever ran on it there is gone. */
        ABANDONED
    }

    /** Looks where a lease is that this node has given up, without getting in anybody's way. */
    default Whereabouts whereabouts() {
        return Whereabouts.UNKNOWN;
    }

    /** What the lease is, for the log. */
    String description();
}
