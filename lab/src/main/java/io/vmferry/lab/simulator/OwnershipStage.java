package io.vmferry.lab.simulator;

/**
 * How far a migration has come, as far as it matters for who may have the guest when it breaks. In
 * the order of time; a migration without postcopy takes the second of the two ways.
 */
enum Stage {
    /** Everything until the package, or the end of the stream, has been written. */
    PRECOPY,

    /** Precopy: the end of the stream has been written, the destination has not completed. */
    STREAM_SENT,

    /** Postcopy: the package has been written; nobody has the guest. */
    PACKAGE_SENT,

    /** Postcopy: the destination has taken the lease, the source has no PONG of it. */
    GRAY,

    /** Postcopy: the source knows from PONG 0x42 that the guest is the destination's. */
    HANDED_OVER,

    /** Postcopy, and the guest was handed over: the source has written the end of the stream. */
    RAM_SENT,

    /** The destination has completed, or has taken the lease at the end of a precopy. */
    ARRIVED,

    /** Both sides have. */
    OVER;

    /** Whether a migration at this stage may have come to the other one later. */
    boolean leadsTo(Stage later) {
        boolean postcopy = later.compareTo(PACKAGE_SENT) >= 0 && later.compareTo(ARRIVED) < 0;
        return this != STREAM_SENT || !postcopy;
    }
}
