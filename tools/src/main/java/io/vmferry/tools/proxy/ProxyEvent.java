package io.vmferry.tools.proxy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.link.MigrationAddress;
import io.vmferry.machine.monitor.MonitorAddress;
import io.vmferry.machine.text.Figures;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.channel.ChannelRole;
import java.util.Optional;

/** Something that the proxy tells, as a line of text or as a JSON object. */
sealed interface ProxyEvent {

    /** What happened, for the member {@code event} of a JSON object. */
    enum EventKind implements Named {
        LISTENING,
        MONITOR,
        REFUSED,
        RECOGNIZED,
        PASSED,
        UNREAD,
        ENDED,
        INJECTED,
        MISSED,
        WAITING,
        CUT,
        RESTORED,
        LEFT_OUT,
        BUG
    }

    EventKind kind();

    /** The line without its time. */
    String text();

    /** The members of the object after {@code time} and {@code event}. */
    ObjectNode members();

    /** Whether it is told only with {@code --trace}. */
    default boolean traced() {
        return false;
    }

    /** A monitor takes clients. */
    record MonitorOpen(MonitorAddress address) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.MONITOR;
        }

        @Override
        public String text() {
            return "monitor at " + address;
        }

        @Override
        public ObjectNode members() {
            return object().put("address", address.toString());
        }
    }

    /** The proxy takes connections. */
    record ProxyOpen(MigrationAddress address) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.LISTENING;
        }

        @Override
        public String text() {
            return "listening on " + address;
        }

        @Override
        public ObjectNode members() {
            return object().put("address", address.toString());
        }
    }

    /**
     * A connection of a source has none to the destination.
     *
     * @param connection 0 for one that has no number
     */
    record Refused(int connection, String reason) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.REFUSED;
        }

        @Override
        public String text() {
            return connection == 0
                    ? "A connection is refused: " + reason
                    : "#%d refused: %s".formatted(connection, reason);
        }

        @Override
        public ObjectNode members() {
            return object().put("connection", connection).put("reason", reason);
        }
    }

    /** What a connection carries is known. */
    record Recognized(int connection, Optional<ChannelRole> channel) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.RECOGNIZED;
        }

        @Override
        public String text() {
            return "#%d %s is %s"
                    .formatted(
                            connection,
                            Direction.STREAM.arrow(),
                            channel.map(ChannelRole::toString).orElse("no channel of a migration"));
        }

        @Override
        public ObjectNode members() {
            ObjectNode members = object().put("connection", connection);
            channel.ifPresent(role -> members.put("channel", role.toString()));
            return members;
        }

        @Override
        public boolean traced() {
            return true;
        }
    }

    /** An element of the stream, or a message of the return path. */
    record Passed(int connection, Direction direction, Passing passing) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.PASSED;
        }

        @Override
        public String text() {
            return "#%d %s %s".formatted(connection, direction.arrow(), passing);
        }

        @Override
        public ObjectNode members() {
            ObjectNode members = directed(connection, direction).put("name", passing.name().text());
            if (!passing.argument().isEmpty()) {
                members.put("argument", passing.argument());
            }
            return members.put("offset", passing.at().offset())
                    .put("bytes", passing.at().lengthBytes());
        }

        @Override
        public boolean traced() {
            return true;
        }
    }

    /** From here on a direction is carried without being understood. */
    record Unread(int connection, Direction direction, String reason) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.UNREAD;
        }

        @Override
        public String text() {
            return "#%d %s carried unread from here: %s"
                    .formatted(connection, direction.arrow(), reason);
        }

        @Override
        public ObjectNode members() {
            return directed(connection, direction).put("reason", reason);
        }

        @Override
        public boolean traced() {
            return true;
        }
    }

    /**
     * The sender of a direction has ended.
     *
     * @param bytes that have come from it
     */
    record DirectionEnded(int connection, Direction direction, long bytes, Optional<String> cause)
            implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.ENDED;
        }

        @Override
        public String text() {
            return "#%d %s ended after %s bytes%s"
                    .formatted(
                            connection,
                            direction.arrow(),
                            Figures.number(bytes),
                            cause.map(why -> ": " + why).orElse(""));
        }

        @Override
        public ObjectNode members() {
            ObjectNode members = directed(connection, direction).put("bytes", bytes);
            cause.ifPresent(why -> members.put("cause", why));
            return members;
        }

        @Override
        public boolean traced() {
            return true;
        }
    }

    /** A fault was injected, or has found nothing to hit. */
    record FaultOver(String fault, String where, boolean hit) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return hit ? EventKind.INJECTED : EventKind.MISSED;
        }

        @Override
        public String text() {
            return hit
                    ? "Fault '%s' is injected at %s".formatted(fault, where)
                    : "Fault '%s' finds no connection to hit at %s".formatted(fault, where);
        }

        @Override
        public ObjectNode members() {
            return object().put("fault", fault).put("where", where);
        }
    }

    /** The proxy ends, and the place of a fault has not been reached. */
    record FaultWaiting(String fault) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.WAITING;
        }

        @Override
        public String text() {
            return "Fault '%s' was not injected: its place was not reached".formatted(fault);
        }

        @Override
        public ObjectNode members() {
            return object().put("fault", fault);
        }
    }

    /** A client has cut a channel. */
    record Cut(String channel, String how) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.CUT;
        }

        @Override
        public String text() {
            return "Channel %s is cut: %s".formatted(channel, how);
        }

        @Override
        public ObjectNode members() {
            return object().put("channel", channel).put("how", how);
        }
    }

    /** A client has restored a channel. */
    record Restored(String channel) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.RESTORED;
        }

        @Override
        public String text() {
            return "Channel %s is restored".formatted(channel);
        }

        @Override
        public ObjectNode members() {
            return object().put("channel", channel);
        }
    }

    /** So many traced lines were not printed, as the reader of the output was too slow. */
    record LeftOut(long lines) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.LEFT_OUT;
        }

        @Override
        public String text() {
            return lines + " lines were left out: they were not read as fast as they came";
        }

        @Override
        public ObjectNode members() {
            return object().put("lines", lines);
        }
    }

    /** An exception of the proxy's own code. */
    record ProxyBug(String what) implements ProxyEvent {
        @Override
        public EventKind kind() {
            return EventKind.BUG;
        }

        @Override
        public String text() {
            return "Internal error, please report it: " + what;
        }

        @Override
        public ObjectNode members() {
            return object().put("error", what);
        }
    }

    private static ObjectNode directed(int connection, Direction direction) {
        return object().put("connection", connection).put("direction", direction.text());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
