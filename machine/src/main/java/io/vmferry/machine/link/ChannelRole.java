package io.vmferry.machine.link;

/** What a connection is used for. An inline return path shares the connection of the main one. */
public enum ChannelRole {
    /** QEMU's stream, from the source to the destination. */
    MAIN,

    /** What the destination says to the source. */
    RETURN_PATH,

    /** Pages that the destination waits for (capability {@code postcopy-preempt}). */
    PREEMPT
}
