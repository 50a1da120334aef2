package io.vmferry.machine.fault;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The channels that an action can be told to hit. On an inline connection the main channel is what
 * goes to the destination, the return path what comes back; its end is the end of both.
 */
public enum FaultChannel {
    MAIN("main"),
    RETURN_PATH("return-path"),
    PREEMPT("preempt"),
    ALL("all");

    private final String text;

    FaultChannel(String text) {
        this.text = text;
    }

    /** The channel's name in fault plans. */
    public String text() {
        return text;
    }

    Set<ChannelRole> roles() {
        return switch (this) {
            case MAIN -> EnumSet.of(ChannelRole.MAIN);
            case RETURN_PATH -> EnumSet.of(ChannelRole.RETURN_PATH);
            case PREEMPT -> EnumSet.of(ChannelRole.PREEMPT);
            case ALL -> EnumSet.allOf(ChannelRole.class);
        };
    }

    /**
     * The channel of a name.
     *
     * @throws IllegalArgumentException that lists the names, when there is none
     */
    public static FaultChannel parse(String text) {
        return Arrays.stream(values())
                .filter(channel -> channel.text.equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no channel '%s': expected one of %s"
                                        .formatted(text, names())));
    }

    private static String names() {
        return Arrays.stream(values()).map(FaultChannel::text).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return text;
    }
}
