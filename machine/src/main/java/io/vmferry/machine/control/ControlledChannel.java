package io.vmferry.machine.control;

import java.util.List;
import java.util.Optional;

/**
 * An open connection of a migration.
 *
 * @param channels that it carries; none while it is not recognised
 * @param peer for messages
 */
public record ControlledChannel(
        List<String> channels,
        String peer,
        ChannelDirection toDestination,
        ChannelDirection toSource) {

    public ControlledChannel {
        channels = List.copyOf(channels);
    }

    /**
     * One direction of a connection.
     *
     * @param bytes that have come, carried or held back
     * @param heldBytes of them, those that are held back now
     * @param trouble blackhole, stall, delay or throttle; empty while it carries everything at once
     */
    public record ChannelDirection(long bytes, long heldBytes, Optional<String> trouble) {}
}
