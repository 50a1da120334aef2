package io.vmferry.protocol.channel;

import io.vmferry.protocol.options.Capabilities;
import io.vmferry.protocol.options.Capability;
import io.vmferry.protocol.profile.Profile;
import io.vmferry.protocol.profile.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The channels of a migration that have connections of their own, in the order in which a source
 * connects them.
 *
 * @param atStart connected before the stream begins
 * @param later connected when postcopy begins
 */
public record ExpectedChannels(List<ChannelRole> atStart, List<ChannelRole> later) {

    /** A main channel alone: what is known of a migration before its configuration has come. */
    public static final ExpectedChannels MAIN =
            new ExpectedChannels(List.of(ChannelRole.MAIN), List.of());

    public ExpectedChannels {
        atStart = List.copyOf(atStart);
        later = List.copyOf(later);
    }

    /**
     * The channels of a migration.
     *
     * @param ownReturnPath whether the return path has a connection of its own, as the
     *     configuration of the stream says
     * @param multifd how many channels carry pages beside the stream
     */
    public static ExpectedChannels of(
            Capabilities capabilities, Profile profile, boolean ownReturnPath, int multifd) {
        List<ChannelRole> atStart = new ArrayList<>(MAIN.atStart);
        List<ChannelRole> later = new ArrayList<>();
        if (ownReturnPath) {
            atStart.add(ChannelRole.RETURN_PATH);
        }
        IntStream.range(0, multifd).mapToObj(ChannelRole::multifd).forEach(atStart::add);
        if (capabilities.has(Capability.POSTCOPY_PREEMPT)) {
            (profile.has(Trait.PREEMPT_CHANNEL_AT_START) ? atStart : later)
                    .add(ChannelRole.PREEMPT);
        }
        return new ExpectedChannels(atStart, later);
    }

    /** Those that carry pages beside the stream. */
    public List<ChannelRole> multifd() {
        return atStart.stream()
                .filter(channel -> channel.kind() == ChannelRole.ChannelKind.MULTIFD)
                .toList();
    }

    /** All of them. */
    public List<ChannelRole> all() {
        return Stream.concat(atStart.stream(), later.stream()).toList();
    }
}
