package io.vmferry.machine.fault;

import io.vmferry.protocol.Closest;
import io.vmferry.protocol.channel.ChannelRole;
import io.vmferry.protocol.channel.ChannelRole.ChannelKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The channels that an action can name: one, all that go to the destination, or all of them. On an
 * inline connection the main channel is what goes to the destination, the return path what comes
 * back; its end is the end of both.
 *
 * @param roles empty for all channels
 */
public record FaultChannel(String text, List<ChannelRole> roles) {

    /** All channels, and the connections that are not recognised yet. */
    public static final FaultChannel ALL = new FaultChannel("all", List.of());

    /** What goes to the destination; the multifd channels do, too. */
    public static final FaultChannel STREAM =
            new FaultChannel("stream", List.of(ChannelRole.MAIN, ChannelRole.PREEMPT));

    private static final List<FaultChannel> NAMED =
            Stream.concat(
                            Stream.of(
                                            ChannelRole.MAIN,
                                            ChannelRole.RETURN_PATH,
                                            ChannelRole.PREEMPT)
                                    .map(FaultChannel::of),
                            Stream.of(ALL, STREAM))
                    .toList();

    public FaultChannel {
        roles = List.copyOf(roles);
    }

    /** One channel. */
    public static FaultChannel of(ChannelRole role) {
        return new FaultChannel(role.toString(), List.of(role));
    }

    /** Whether every channel is meant. */
    public boolean isAll() {
        return roles.isEmpty();
    }

    /** The channel, when it is one. */
    public Optional<ChannelRole> only() {
        return roles.size() == 1 ? Optional.of(roles.getFirst()) : Optional.empty();
    }

    /** Whether an action on these channels is one on that channel. */
    public boolean includes(ChannelRole channel) {
        return isAll()
                || roles.contains(channel)
                || (equals(STREAM) && channel.kind() == ChannelKind.MULTIFD);
    }

    /**
     * The channel of a name.
     *
     * @throws IllegalArgumentException that lists the names, when there is none
     */
    public static FaultChannel parse(String text) {
        return NAMED.stream()
                .filter(channel -> channel.text.equals(text))
                .findFirst()
                .or(() -> ChannelRole.ofText(text).map(FaultChannel::of))
                .orElseThrow(() -> new IllegalArgumentException(unknown(text)));
    }

    private static String unknown(String text) {
        String why = Closest.hint(text, NAMED.stream().map(FaultChannel::text).toList());
        return "there is no channel '%s'%s: expected one of %s".formatted(text, why, names());
    }

    /** The names that {@link #parse} reads, for messages. */
    public static String names() {
        return NAMED.stream()
                .map(FaultChannel::text)
                .collect(Collectors.joining(", ", "", ", multifd(N)"));
    }

    @Override
    public String toString() {
        return text;
    }
}
