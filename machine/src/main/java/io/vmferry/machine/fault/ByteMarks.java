package io.vmferry.machine.fault;

import io.vmferry.protocol.channel.ChannelRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is to happen at positions of channels, counted on each connection anew.
 *
 * @param <C> a connection
 */
public final class ByteMarks<C> {

    /** What is to happen at a position of one connection. */
    private record ByteMark<C>(ChannelRole role, int ordinal, long position, Consumer<C> action) {}

    private final Map<ChannelRole, Integer> connections = new HashMap<>();
    private final List<ByteMark<C>> marks = new ArrayList<>();

    /** Runs an action at a byte position of the n-th connection of a channel. */
    public void at(ChannelRole role, int ordinal, long position, Consumer<C> action) {
        marks.add(new ByteMark<>(role, ordinal, position, action));
    }

    /**
     * A connection is found to carry a channel.
     *
     * @param lane the direction that the channel's content takes
     */
    public void carries(C connection, ChannelRole role, Lane lane) {
        int number = connections.merge(role, 1, Integer::sum);
        for (ByteMark<C> mark : List.copyOf(marks)) {
            if (mark.role.equals(role) && mark.ordinal == number) {
                marks.remove(mark);
                lane.at(mark.position, () -> mark.action.accept(connection));
            }
        }
    }
}
