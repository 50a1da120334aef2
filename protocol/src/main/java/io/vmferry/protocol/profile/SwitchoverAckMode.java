package io.vmferry.protocol.profile;

/** How a destination answers capability {@code switchover-ack}. */
public enum SwitchoverAckMode {
    /** The capability and the SWITCHOVER_ACK message do not exist (before 8.1). */
    UNKNOWN,
    /**
     * With the capability on, the destination sends the acknowledgement itself: at once when no
     * device asks for one, otherwise when the last device approved.
     */
    SENT_BY_DESTINATION,
    /** Both sides count the devices that want an acknowledgement; none wanted, none sent (11.1). */
    COUNTED
}
