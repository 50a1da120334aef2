package io.vmferry.lab.simulator;

/**
 * How far a migration has come, as to who may own the guest when it breaks, in the order of time;
 * precopy alone goes through STREAM_SENT, postcopy through the milestones from PACKAGE_SENT.
 */
public enum Milestone {
    /** Everything until the package, or the end of the stream, has been written. */
    PRECOPY,

    /** Precopy: the end of the stream has been written, the destination has not completed. */
    STREAM_SENT,

    /** Postcopy: the package has been written; nobody owns the guest. */
    PACKAGE_SENT,

    /** Postcopy: the destination has taken the lease, the source has not received its PONG. */
    GRAY,

    /** Postcopy: the source knows from PONG 0x42 that the guest is the destination's. */
    HANDED_OVER,

    /** Postcopy, and the guest was handed over: the source has written the end of the stream. */
    RAM_SENT,

    /** The destination has completed, or has taken the lease at the end of a precopy. */
    ARRIVED,

    /** Both sides have completed. */
    OVER;

    /** Whether a migration at this milestone may reach the other one later. */
    boolean leadsTo(Milestone later) {
        boolean postcopy = later.compareTo(PACKAGE_SENT) >= 0 && later.compareTo(ARRIVED) < 0;
        return this != STREAM_SENT || !postcopy;
    }
}
