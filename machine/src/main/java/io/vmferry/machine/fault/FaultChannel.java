package io.vmferry.machine.fault;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The channels that an action can be told to hit: one, or all of them. On an inline connection the
 * main channel is what goes to the destination, the return path what comes back; its end is the end
 * of both.
 *
 * @param role empty for all channels
 */
public record FaultChannel(Optional<ChannelRole> role) {

    /** All channels, and the connections that nobody knows yet. */
    public static final FaultChannel ALL = new FaultChannel(Optional.empty());

    private static final String ALL_TEXT = "all";

    private static final List<ChannelRole> OPENED =
            List.of(ChannelRole.MAIN, ChannelRole.RETURN_PATH, ChannelRole.PREEMPT);

    /** One channel. */
    public static FaultChannel of(ChannelRole role) {
        return new FaultChannel(Optional.of(role));
    }

    /** Whether an action on these channels is one on that channel. */
    public boolean includes(ChannelRole channel) {
        return role.map(channel::equals).orElse(true);
    }

    /**
     * The channel of a name.
     *
     * @throws IllegalArgumentException that lists the names, when there is none
     */
    public static FaultChannel parse(String text) {
        if (text.equals(ALL_TEXT)) {
            return ALL;
        }
        Optional<ChannelRole> named = ChannelRole.ofText(text);
        if (named.filter(OPENED::contains).isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no channel '%s'%s: expected one of %s"
                            .formatted(
                                    text,
                                    named.isPresent() ? ", multifd is not built into vmferry" : "",
                                    names()));
        }
        return new FaultChannel(named);
    }

    /** The names that {@link #parse} reads, for people. */
    public static String names() {
        return Stream.concat(OPENED.stream().map(ChannelRole::toString), Stream.of(ALL_TEXT))
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return role.map(ChannelRole::toString).orElse(ALL_TEXT);
    }
}
