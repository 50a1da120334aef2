package io.vmferry.tools.proxy;

import io.vmferry.machine.fault.FaultChannel;
import java.util.Optional;

/** What the proxy does at a place. */
sealed interface ProxyAction {

    /** Does not carry the message. */
    record Drop() implements ProxyAction {}

    /** Carries the message behind another one of its connection; empty is the next one. */
    record Swap(Optional<Wanted> other) implements ProxyAction {}

    /** Holds the message, and all that follows it, for a time; of a stream, what follows. */
    record Hold(long nanos) implements ProxyAction {}

    /** Closes connections in order. */
    record Close(FaultChannel channel) implements ProxyAction {}

    /** Breaks connections. */
    record Reset(FaultChannel channel) implements ProxyAction {}

    /** Carries nothing any more, either way, and keeps the connections. */
    record Blackhole(FaultChannel channel) implements ProxyAction {}

    /** Carries everything so much later; empty is both directions. */
    record Delay(Optional<Direction> direction, long nanos) implements ProxyAction {}

    /** Carries no more than so many bytes a second; empty is both directions. */
    record Throttle(Optional<Direction> direction, long bytesPerSecond) implements ProxyAction {}

    /** Whether it is the message itself that is hit, and not what comes behind it. */
    default boolean hitsMessage() {
        return this instanceof Drop || this instanceof Swap || this instanceof Hold;
    }
}
