package io.vmferry.machine.fault;

import io.vmferry.machine.telemetry.PointName;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A place of a fault plan as one side of a migration sees it. */
sealed interface Trigger {

    /** So long after the channels stand. */
    record AfterStart(long nanos) implements Trigger {}

    /**
     * At a protocol point.
     *
     * @param argument of the point; empty when any will do
     * @param percent of the time that the device takes, which begins at the point
     */
    record AtPoint(
            PointName<?> name,
            Optional<String> argument,
            int ordinal,
            OptionalInt percent,
            long delayNanos)
            implements Trigger {

        /** Whether a point that is reached is this one. */
        boolean matches(PointName<?> reached, Object about) {
            return reached == name
                    && (argument.isEmpty()
                            || ArgumentText.matches(argument.get(), reached.argumentText(about)));
        }
    }

    /**
     * When so much has passed on a channel, counted on each connection anew.
     *
     * @param ordinal 1 for the first connection that carries the channel
     * @param percentOfMemory as many bytes as so much of guest RAM; empty when {@code bytes} says
     */
    record AtByte(
            ChannelRole channel,
            int ordinal,
            OptionalLong bytes,
            OptionalInt percentOfMemory,
            long delayNanos)
            implements Trigger {}
}
