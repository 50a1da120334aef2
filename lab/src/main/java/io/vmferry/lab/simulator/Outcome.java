package io.vmferry.lab.simulator;

import io.vmferry.protocol.Named;

/** The outcome of a migration. */
public enum Outcome implements Named {
    /** The destination owns the guest, with all its memory. */
    MOVED,

    /** The migration failed or was cancelled; the guest continues at the source. */
    SAFE_AT_SOURCE,

    /** Postcopy waits for its recovery: the source has the missing pages. */
    PAUSED,

    /**
     * The guest is paused at a source that waits for a recovery which is impossible, since the
     * destination never ran it. Only QEMU before 10.2 has this outcome.
     */
    STRANDED,

    /** The guest is lost. */
    LOST,

    /** The guest has arrived and detected that its memory was changed in transit. */
    DAMAGED;
}
