package io.vmferry.protocol.options;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.Named;
import io.vmferry.protocol.profile.Profile;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Map;

/** Capabilities and parameters as the monitor's commands carry them. */
public final class OptionJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private OptionJson() {}

    /** The changes that checked arguments ask for; of a capability named twice the last counts. */
    public static Map<Capability, Boolean> capabilityChanges(JsonNode arguments) {
        Map<Capability, Boolean> changes = new EnumMap<>(Capability.class);
        for (JsonNode entry : arguments.path("capabilities")) {
            changes.put(
                    Named.find(Capability.class, entry.path("capability").asText()).orElseThrow(),
                    entry.path("state").booleanValue());
        }
        return changes;
    }

    /** The changes that checked arguments ask for. */
    public static Map<Parameter, Object> parameterChanges(JsonNode arguments) {
        Map<Parameter, Object> changes = new EnumMap<>(Parameter.class);
        for (Map.Entry<String, JsonNode> member : arguments.properties()) {
            changes.put(
                    Named.find(Parameter.class, member.getKey()).orElseThrow(),
                    value(member.getValue()));
        }
        return changes;
    }

    /** What {@code query-migrate-capabilities} returns. */
    public static ArrayNode capabilities(Capabilities capabilities, Profile profile) {
        ArrayNode list = NODES.arrayNode();
        for (Capability capability : Capability.knownBy(profile)) {
            list.addObject()
                    .put("state", capabilities.has(capability))
                    .put("capability", capability.text());
        }
        return list;
    }

    /** What {@code query-migrate-parameters} returns. */
    public static ObjectNode parameters(Parameters parameters) {
        ObjectNode object = NODES.objectNode();
        parameters
                .values()
                .forEach((parameter, value) -> object.set(parameter.text(), node(value)));
        return object;
    }

    private static Object value(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.bigIntegerValue().longValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNull()) {
            return "";
        }
        return node.isTextual() ? node.textValue() : node;
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case Long number when number < 0 ->
                    NODES.numberNode(new BigInteger(Long.toUnsignedString(number)));
            case Long number -> NODES.numberNode(number);
            case Boolean flag -> NODES.booleanNode(flag);
            case String text -> NODES.textNode(text);
            case JsonNode node -> node;
            default -> throw new IllegalStateException("No JSON for " + value.getClass());
        };
    }
}
