package io.vmferry.lab.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Replies and events without what no two runs have in common: figures and times. */
final class Normalized {

    /** Events that come as often as time allows. */
    private static final Set<String> AS_TIME_ALLOWS = Set.of("MIGRATION_PASS");

    private static final Pattern SIZE = Pattern.compile("[0-9.]+ (B|KiB|MiB|GiB|TiB)\\b");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

    /** Lines and words of {@code info migrate} that are only there when their figure is not 0. */
    private static final Pattern SOMETIMES =
            Pattern.compile(
                    "(dirty pages rate|postcopy request count|downtime ram|precopy ram|postcopy"
                            + " ram): [^\r]*\r\n|, (dirty|postcopy_req|downtime_bytes)=N");

    private Normalized() {}

    /** A reply as text. */
    static String reply(String command, JsonNode reply) {
        if (command.contains("\"query-migrate\"")) {
            return withoutFigures(reply).toString();
        }
        if (command.contains("info migrate\"") || command.contains("info migrate -a\"")) {
            String text = SIZE.matcher(reply.toString().replace("\\r\\n", "\r\n")).replaceAll("N");
            text = NUMBER.matcher(text).replaceAll("N");
            return SOMETIMES.matcher(text).replaceAll("").replace("\r\n", "\n");
        }
        return sorted(reply).toString();
    }

    /** An event without its time; empty for those that are not certain. */
    static Optional<String> event(JsonNode event) {
        String name = event.path("event").asText();
        return AS_TIME_ALLOWS.contains(name)
                ? Optional.empty()
                : Optional.of(name + (event.has("data") ? sorted(event.path("data")) : ""));
    }

    private static JsonNode withoutFigures(JsonNode value) {
        for (JsonNode socket : value.path("return").path("socket-address")) {
            if (socket.has("port")) {
                // chosen by the system
                ((ObjectNode) socket).put("port", 0);
            }
        }
        return mapped(value, true);
    }

    private static JsonNode sorted(JsonNode value) {
        return mapped(value, false);
    }

    private static JsonNode mapped(JsonNode value, boolean hideFigures) {
        if (value.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            value.properties()
                    .forEach(m -> members.put(m.getKey(), mapped(m.getValue(), hideFigures)));
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            members.forEach(object::set);
            return object;
        }
        if (value.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            value.forEach(element -> array.add(mapped(element, hideFigures)));
            return array;
        }
        return value.isNumber() && hideFigures ? JsonNodeFactory.instance.textNode("N") : value;
    }
}
