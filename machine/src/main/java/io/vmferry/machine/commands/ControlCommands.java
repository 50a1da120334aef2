package io.vmferry.machine.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.control.Control;
import io.vmferry.machine.control.ControlledChannel;
import io.vmferry.machine.control.ControlledChannel.ChannelDirection;
import io.vmferry.machine.control.ControlledFault;
import io.vmferry.machine.control.CutKind;
import io.vmferry.machine.control.PointWait;
import io.vmferry.machine.control.PointWaiter;
import io.vmferry.machine.control.RefusedException;
import io.vmferry.machine.monitor.CommandTable;
import io.vmferry.machine.monitor.CommandTable.Reply;
import io.vmferry.machine.monitor.MonitorClient;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.Worded;
import io.vmferry.protocol.qmp.QmpEvent;
import io.vmferry.protocol.qmp.QmpException;
import io.vmferry.protocol.schema.ControlCommand;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The control model as QMP commands: {@link ControlCommand}. */
public record ControlCommands(Control control) {

    private static final long USUAL_WAIT_MILLIS = TimeUnit.MINUTES.toMillis(1);

    /** What a command asks the control for. */
    private interface Request {
        JsonNode run(ObjectNode arguments, MonitorClient client) throws RefusedException;
    }

    /** Adds all of them. */
    public void addTo(CommandTable.Builder table) {
        for (ControlCommand command : ControlCommand.values()) {
            Request request = request(command);
            table.add(command.spec(), (arguments, reply) -> run(request, arguments, reply));
        }
        table.event(ControlCommand.POINT_EVENT);
    }

    private static void run(Request request, ObjectNode arguments, Reply reply)
            throws QmpException {
        try {
            reply.success(request.run(arguments, reply.client()));
        } catch (RefusedException e) {
            throw QmpException.generic(Worded.of(e));
        }
    }

    private Request request(ControlCommand command) {
        return switch (command) {
            case FAULTS -> (_, _) -> list(control.faults(), ControlCommands::shown);
            case FAULT_ADD -> (arguments, _) -> addFault(arguments);
            case FAULT_REMOVE ->
                    (arguments, _) -> {
                        control.removeFault(arguments.get("id").longValue());
                        return object();
                    };
            case CHANNELS -> (_, _) -> list(control.channels(), ControlCommands::shown);
            case CHANNEL_CUT -> (arguments, _) -> cut(arguments);
            case CHANNEL_RESTORE ->
                    (arguments, _) -> {
                        control.restore(arguments.get("channel").textValue());
                        return object();
                    };
            case POINTS ->
                    (_, _) ->
                            list(
                                    control.points(),
                                    point ->
                                            object().put("point", point.point())
                                                    .put("count", point.count()));
            case POINT_WAIT -> this::await;
        };
    }

    private ObjectNode addFault(ObjectNode arguments) throws RefusedException {
        return object().put(
                        "id",
                        control.addFault(
                                arguments.get("fault").textValue(),
                                arguments.path("from-now").booleanValue()));
    }

    private ObjectNode cut(ObjectNode arguments) throws RefusedException {
        String how = arguments.path("how").asText(CutKind.RESET.text());
        control.cut(arguments.get("channel").textValue(), Named.require(CutKind.class, "cut", how));
        return object();
    }

    private ObjectNode await(ObjectNode arguments, MonitorClient client) throws RefusedException {
        String point = arguments.get("point").textValue();
        PointWait wait =
                control.await(
                        point,
                        arguments.path("from-now").booleanValue(),
                        arguments.path("timeout-ms").asLong(USUAL_WAIT_MILLIS),
                        new ClientWait(client, point));
        return object().put("id", wait.id()).put("reached", wait.reached());
    }

    private record ClientWait(MonitorClient client, String point) implements PointWaiter {
        @Override
        public void over(long id, boolean reached) {
            ObjectNode content = object().put("id", id).put("point", point).put("reached", reached);
            client.event(new QmpEvent.Own(ControlCommand.POINT_EVENT.name(), content));
        }

        @Override
        public boolean gone() {
            return client.gone();
        }
    }

    // ---- how things are shown

    private static <T> ArrayNode list(List<T> things, Function<T, ObjectNode> shown) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        things.forEach(thing -> list.add(shown.apply(thing)));
        return list;
    }

    private static ObjectNode shown(ControlledFault fault) {
        ObjectNode shown =
                object().put("id", fault.id())
                        .put("fault", fault.fault())
                        .put("from-now", fault.fromNow())
                        .put("progress", fault.progress().text());
        fault.end().ifPresent(end -> shown.put("where", end.where()).set("at", time(end.at())));
        return shown;
    }

    private static ObjectNode time(Instant at) {
        return object().put("seconds", at.getEpochSecond())
                .put("microseconds", TimeUnit.NANOSECONDS.toMicros(at.getNano()));
    }

    private static ObjectNode shown(ControlledChannel channel) {
        ObjectNode shown = object();
        channel.channels().forEach(shown.putArray("channels")::add);
        shown.put("peer", channel.peer());
        shown.set("to-destination", direction(channel.toDestination()));
        shown.set("to-source", direction(channel.toSource()));
        return shown;
    }

    private static ObjectNode direction(ChannelDirection direction) {
        ObjectNode shown =
                object().put("bytes", direction.bytes()).put("held-bytes", direction.heldBytes());
        direction.trouble().ifPresent(trouble -> shown.put("trouble", trouble));
        return shown;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
