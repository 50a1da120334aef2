package io.vmferry.machine.lease;

/** What has become of a lease that this node has given up. */
public enum LeaseStatus {
    /** Nobody can tell. */
    UNKNOWN,
    /** Nobody has taken it since. */
    UNCLAIMED,
    /** Somebody else has it. */
    HELD_ELSEWHERE,
    /** Somebody else had it and has ended: whatever ran on it there is gone. */
    ABANDONED
}
