package io.vmferry.lab.simulator;

import java.util.Locale;

/** How a simulated migration ended. */
public enum Outcome {
    /** The guest is at the destination with all its memory. */
    MOVED,

    /** The migration failed or was cancelled; the guest runs on at the source. */
    SAFE_AT_SOURCE,

    /** Postcopy waits for its recovery: what the destination lacks the source still has. */
    PAUSED,

    /**
     * The guest stands still at a source that waits for a recovery which cannot come, since the
     * destination never ran it. Only QEMU before 10.2 leaves a guest like that.
     */
    STRANDED,

    /** The guest is gone. */
    LOST,

    /** The guest has arrived and found that its memory was changed on the way. */
    DAMAGED;

    /** The name in reports, for example {@code safe-at-source}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
