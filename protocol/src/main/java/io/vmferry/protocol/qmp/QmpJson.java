package io.vmferry.protocol.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.protocol.profile.Profile.QemuVersion;
import io.vmferry.protocol.qmp.QmpException.QmpErrorClass;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Everything a monitor sends, as bytes that end with CR LF; members in QEMU's order. */
public final class QmpJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private QmpJson() {}

    /** The greeting, which offers the capability {@code oob}. */
    public static byte[] greeting(QemuVersion version) {
        ObjectNode qmp = NODES.objectNode();
        qmp.set("version", version(version));
        qmp.set("capabilities", NODES.arrayNode().add("oob"));
        return line(NODES.objectNode().set("QMP", qmp));
    }

    /** What {@code query-version} returns. */
    public static ObjectNode version(QemuVersion version) {
        ObjectNode qemu =
                NODES.objectNode()
                        .put("micro", version.micro())
                        .put("minor", version.minor())
                        .put("major", version.major());
        ObjectNode node = NODES.objectNode();
        node.set("qemu", qemu);
        return node.put("package", version.vendorPackage());
    }

    /** A reply that repeats the id of its command, if that had one. */
    public static byte[] success(Optional<JsonNode> id, JsonNode value) {
        ObjectNode reply = NODES.objectNode();
        reply.set("return", value);
        id.ifPresent(node -> reply.set("id", node));
        return line(reply);
    }

    /** A refusal. */
    public static byte[] error(Optional<JsonNode> id, QmpErrorClass type, String description) {
        ObjectNode reply = NODES.objectNode();
        id.ifPresent(node -> reply.set("id", node));
        reply.set("error", NODES.objectNode().put("class", type.text()).put("desc", description));
        return line(reply);
    }

    /** An event with the time it happened at. */
    public static byte[] event(QmpEvent event, long seconds, long micros) {
        ObjectNode message = NODES.objectNode();
        message.set(
                "timestamp",
                NODES.objectNode().put("seconds", seconds).put("microseconds", micros));
        message.put("event", event.name());
        event.data().ifPresent(data -> message.set("data", data));
        return line(message);
    }

    private static byte[] line(JsonNode message) {
        return (JsonText.print(message) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
