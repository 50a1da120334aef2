package io.vmferry.machine.fault;

import java.util.Optional;

/**
 * What an action hits that names no channel; empty for its own choice.
 *
 * @param ended by an action that ends connections
 * @param carried by an action on what is carried
 */
public record DefaultChannels(Optional<FaultChannel> ended, Optional<FaultChannel> carried) {

    /** The same for all actions. */
    static DefaultChannels of(Optional<FaultChannel> channel) {
        return new DefaultChannels(channel, channel);
    }
}
