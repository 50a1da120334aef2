package io.vmferry.tools.qmp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A command of a client.
 *
 * @param arguments empty for none
 * @param outOfBand whether it is sent as {@code exec-oob}, ahead of queued commands
 */
public record QmpCall(String command, ObjectNode arguments, boolean outOfBand) {

    /** A command without arguments, in band. */
    public static QmpCall of(String command) {
        return of(command, JsonNodeFactory.instance.objectNode());
    }

    /** A command in band. */
    public static QmpCall of(String command, ObjectNode arguments) {
        return new QmpCall(command, arguments, false);
    }

    /** The message, with an id to know the reply by. */
    ObjectNode message(long id) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put(outOfBand ? "exec-oob" : "execute", command);
        if (!arguments.isEmpty()) {
            message.set("arguments", arguments);
        }
        return message.put("id", id);
    }
}
