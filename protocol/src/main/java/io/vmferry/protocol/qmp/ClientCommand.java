package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One command of a client.
 *
 * @param id what the reply repeats, any JSON value
 * @param arguments empty when the client gave none
 * @param outOfBand whether it came as {@code exec-oob} and may overtake others
 */
public record ClientCommand(
        Optional<JsonNode> id, String name, ObjectNode arguments, boolean outOfBand) {

    /** The id of whatever came, so that even a refusal can repeat it. */
    public static Optional<JsonNode> idOf(JsonNode value) {
        return Optional.ofNullable(value.get("id"));
    }

    /**
     * Reads a value as a command.
     *
     * @param outOfBandEnabled whether the client negotiated {@code oob}
     */
    public static ClientCommand parse(JsonNode value, boolean outOfBandEnabled)
            throws QmpException {
        if (!value.isObject()) {
            throw QmpException.generic("QMP input must be a JSON object");
        }
        String verb = null;
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            String key = member.getKey();
            switch (key) {
                case "execute" -> verb = verb(verb, member);
                case "exec-oob" -> {
                    if (!outOfBandEnabled) {
                        throw unexpected(key);
                    }
                    verb = verb(verb, member);
                }
                case "arguments" -> arguments = arguments(member.getValue());
                case "id" -> {}
                default -> throw unexpected(key);
            }
        }
        if (verb == null) {
            throw QmpException.generic("QMP input lacks member 'execute'");
        }
        return new ClientCommand(
                idOf(value), value.get(verb).textValue(), arguments, verb.equals("exec-oob"));
    }

    private static String verb(@Nullable String earlier, Map.Entry<String, JsonNode> member)
            throws QmpException {
        if (!member.getValue().isTextual()) {
            throw QmpException.generic(
                    "QMP input member '%s' must be a string".formatted(member.getKey()));
        }
        if (earlier != null) {
            throw QmpException.generic("QMP input member 'execute' clashes with 'exec-oob'");
        }
        return member.getKey();
    }

    private static ObjectNode arguments(JsonNode value) throws QmpException {
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw QmpException.generic("QMP input member 'arguments' must be an object");
    }

    private static QmpException unexpected(String name) {
        return QmpException.generic("QMP input member '%s' is unexpected".formatted(name));
    }
}
