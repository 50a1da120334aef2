package io.vmferry.machine.fault;

import java.util.Optional;
import java.util.OptionalLong;

/** What a fault does: the WHAT of {@code WHERE:WHAT}. */
public sealed interface FaultAction {

    /** Whether it hits a message itself, and not what comes after it. */
    default boolean hitsMessage() {
        return this instanceof Drop || this instanceof Swap || this instanceof Hold;
    }

    /** What an engine is to throw; empty for all other actions. */
    default Optional<InjectedBug.Type> bug() {
        return this instanceof ThrowBug(InjectedBug.Type type)
                ? Optional.of(type)
                : Optional.empty();
    }

    /** Ends the process at once, as SIGKILL does: nothing is given back or said. */
    record Kill() implements FaultAction {}

    /** Ends the process in order, as {@code quit} on a monitor does. */
    record Exit() implements FaultAction {}

    /** Closes a channel in order: what was written before still arrives. */
    record Close(FaultChannel channel) implements FaultAction {}

    /** Breaks a channel: the peer sees its connection reset. */
    record Reset(FaultChannel channel) implements FaultAction {}

    /**
     * Carries nothing any more on a channel, not even its end, until TCP gives it up after {@link
     * io.vmferry.machine.link.Transport#SILENCE_LIMIT_SECONDS}.
     */
    record Blackhole(FaultChannel channel) implements FaultAction {}

    /** Carries nothing on a channel for a while, then goes on. */
    record Stall(FaultChannel channel, long nanos) implements FaultAction {}

    /** Delays everything on a channel by a time, from now on. */
    record Delay(FaultChannel channel, long nanos) implements FaultAction {}

    /** Limits a channel to a number of bytes a second, from now on. */
    record Throttle(FaultChannel channel, long bytesPerSecond) implements FaultAction {}

    /** Inverts the next bytes of a channel. */
    record Corrupt(FaultChannel channel, int bytes) implements FaultAction {}

    /** Does not carry the message. */
    record Drop() implements FaultAction {}

    /** Carries the message after another one of its connection; empty is the next one. */
    record Swap(Optional<FaultTerm> other) implements FaultAction {}

    /** Holds the message, and all that follows it, for a time; of a stream, what follows. */
    record Hold(long nanos) implements FaultAction {}

    /** Makes the device fail whose loading or saving is the fault's place. */
    record Fail() implements FaultAction {}

    /**
     * Makes the engine throw at the protocol point that is the fault's place, as a bug of its own
     * would.
     */
    record ThrowBug(InjectedBug.Type type) implements FaultAction {}

    /** Changes what the first monitor of a daemon says, or when. */
    sealed interface OnMonitor extends FaultAction {}

    /**
     * Has the monitor say another word for a status, event, error class or capability.
     *
     * @param nanos for how long; empty for good
     */
    record Reword(String word, String instead, OptionalLong nanos) implements OnMonitor {}

    /** Has the monitor say its replies, or its events, so much later from now on. */
    record Lag(boolean events, long nanos) implements OnMonitor {}

    /**
     * Has the monitor tell an event.
     *
     * @param status that the event's data has; empty for no data
     */
    record Event(String name, Optional<String> status) implements OnMonitor {}

    /** Closes the connection of the monitor's client. */
    record HangUp() implements OnMonitor {}

    /** Which of the kinds this is. */
    default FaultActionKind kind() {
        return FaultActionKind.of(this);
    }
}
