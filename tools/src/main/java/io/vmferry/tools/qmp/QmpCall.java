package io.vmferry.tools.qmp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a client asks.
 *
 * @param arguments empty for none
 * @param outOfBand whether it is asked as {@code exec-oob}, past whatever waits
 */
public record QmpCall(String command, ObjectNode arguments, boolean outOfBand) {

    /** A command without arguments, in its turn. */
    public static QmpCall of(String command) {
        return of(command, JsonNodeFactory.instance.objectNode());
    }

    /** A command in its turn. */
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
