package io.vmferry.protocol.channel;

/** What a connection is used for. An inline return path shares the connection of the main one. */
public enum ChannelRole {
    /** QEMU's stream, from the source to the destination. */
    MAIN("Main channel"),

    /** What the destination says to the source. */
    RETURN_PATH("Return path"),

    /** Pages that the destination waits for (capability {@code postcopy-preempt}). */
    PREEMPT("Preempt channel");

    private final String title;

    ChannelRole(String title) {
        this.title = title;
    }

    /** How messages name the channel at the beginning of a line. */
    public String title() {
        return title;
    }
}
