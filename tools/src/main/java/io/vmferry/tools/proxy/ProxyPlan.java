package io.vmferry.tools.proxy;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The faults that have not struck, and how far the channels are, counted over all connections of
 * the proxy's life. Owned by the loop.
 */
final class ProxyPlan {

    private final List<ProxyFault> left;
    private final Map<ChannelRole, Long> positions = new HashMap<>();

    ProxyPlan(List<ProxyFault> faults) {
        this.left = new ArrayList<>(faults);
    }

    /** Those that strike some time after the first connection. */
    List<ProxyFault> takeTimed() {
        List<ProxyFault> timed = left.stream().filter(f -> f.afterNanos().isPresent()).toList();
        left.removeAll(timed);
        return timed;
    }

    /** Those that strike at something that passes. */
    List<ProxyFault> at(Passing passing) {
        List<ProxyFault> struck = left.stream().filter(f -> f.strikesAt(passing)).toList();
        left.removeAll(struck);
        return struck;
    }

    /** How many of the next bytes of a channel may pass before a fault stands. */
    int bytesUntilNext(ChannelRole channel, int available) {
        long position = position(channel);
        return (int)
                left.stream()
                        .filter(fault -> fault.byteChannel().equals(Optional.of(channel)))
                        .mapToLong(fault -> fault.position() - position)
                        .filter(distance -> distance >= 0 && distance < available)
                        .min()
                        .orElse(available);
    }

    /** Those that stand exactly where a channel is. */
    List<ProxyFault> atByte(ChannelRole channel) {
        List<ProxyFault> struck =
                left.stream()
                        .filter(fault -> fault.byteChannel().equals(Optional.of(channel)))
                        .filter(fault -> fault.position() == position(channel))
                        .toList();
        left.removeAll(struck);
        return struck;
    }

    void passed(ChannelRole channel, int bytes) {
        positions.merge(channel, (long) bytes, Long::sum);
    }

    long position(ChannelRole channel) {
        return positions.getOrDefault(channel, 0L);
    }
}
