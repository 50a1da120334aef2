package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.ByteMarks;
import io.vmferry.machine.fault.Lane;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The faults that have not struck. Owned by the loop. */
final class ProxyPlan {

    private final List<ProxyFault> left;
    private final ByteMarks<Relay> marks = new ByteMarks<>();

    /**
     * @param strike told of a fault that stands at a byte, when it is reached
     */
    ProxyPlan(List<ProxyFault> faults, BiConsumer<ProxyFault, Relay> strike) {
        this.left = new ArrayList<>(faults);
        for (ProxyFault fault : faults) {
            fault.byteChannel()
                    .ifPresent(channel ->
                            marks.at(
                                    channel,
                                    fault.ordinal(),
                                    fault.position(),
                                    relay -> strike.accept(fault, relay)));
        }
    }

    /** A connection is found to carry a channel. */
    void carries(Relay relay, ChannelRole role, Lane lane) {
        marks.carries(relay, role, lane);
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
}
