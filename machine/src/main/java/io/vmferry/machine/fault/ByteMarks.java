package io.vmferry.machine.fault;

import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.link.Cancellable;
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
    private final class ByteMark implements Cancellable {
        final ChannelRole role;
        final int ordinal;
        final long position;
        final Consumer<C> action;
        Cancellable wait = () -> marks.remove(this);

        ByteMark(ChannelRole role, int ordinal, long position, Consumer<C> action) {
            this.role = role;
            this.ordinal = ordinal;
            this.position = position;
            this.action = action;
        }

        void on(C connection, Lane lane) {
            marks.remove(this);
            wait = lane.at(position, () -> action.accept(connection));
        }

        @Override
        public void cancel() {
            wait.cancel();
        }
    }

    /** The last connection that was found to carry a channel, the n-th of it. */
    private record LastConnection<C>(int number, C connection, Lane lane) {}

    private final Map<ChannelRole, LastConnection<C>> connections = new HashMap<>();
    private final List<ByteMark> marks = new ArrayList<>();

    /**
     * Runs an action at a byte position of the n-th connection of a channel.
     *
     * @throws RefusedException when there was that connection, or that byte, already
     */
    public Cancellable at(ChannelRole role, int ordinal, long position, Consumer<C> action)
            throws RefusedException {
        ByteMark mark = new ByteMark(role, ordinal, position, action);
        LastConnection<C> last = connections.get(role);
        if (last == null || last.number < ordinal) {
            marks.add(mark);
            return mark;
        }
        if (last.number > ordinal) {
            throw new RefusedException(
                    "Connection %d of %s has passed: there were %d"
                            .formatted(ordinal, role, last.number));
        }
        if (last.lane.positionBytes() > position) {
            throw new RefusedException(
                    "Byte %d of %s has passed: %d have come on connection %d"
                            .formatted(position, role, last.lane.positionBytes(), ordinal));
        }
        mark.on(last.connection, last.lane);
        return mark;
    }

    /**
     * A connection is found to carry a channel.
     *
     * @param lane the direction that the channel's content takes
     */
    public void carries(C connection, ChannelRole role, Lane lane) {
        LastConnection<C> before = connections.get(role);
        int number = before == null ? 1 : before.number + 1;
        connections.put(role, new LastConnection<>(number, connection, lane));
        for (ByteMark mark : List.copyOf(marks)) {
            if (mark.role.equals(role) && mark.ordinal == number) {
                mark.on(connection, lane);
            }
        }
    }
}
