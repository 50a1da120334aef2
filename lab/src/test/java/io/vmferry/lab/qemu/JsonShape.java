package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The members and types of a JSON value, without the values. */
final class JsonShape {

    private JsonShape() {}

    /** Whether ours is like theirs; of a list, each of our elements must be like one of theirs. */
    static boolean like(JsonNode ours, JsonNode theirs) {
        if (ours.isArray() && theirs.isArray()) {
            for (JsonNode element : ours) {
                if (!likeSome(element, theirs)) {
                    return false;
                }
            }
            return ours.isEmpty() == theirs.isEmpty();
        }
        if (ours.isObject() && theirs.isObject()) {
            return likeMembers(ours, theirs);
        }
        return ours.getNodeType() == theirs.getNodeType();
    }

    private static boolean likeSome(JsonNode element, JsonNode theirs) {
        for (JsonNode other : theirs) {
            if (like(element, other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean likeMembers(JsonNode ours, JsonNode theirs) {
        Map<String, JsonNode> left = members(ours);
        Map<String, JsonNode> right = members(theirs);
        return left.keySet().equals(right.keySet())
                && left.entrySet().stream()
                        .allMatch(e ->
                                like(e.getValue(), Objects.requireNonNull(right.get(e.getKey()))));
    }

    private static Map<String, JsonNode> members(JsonNode object) {
        Map<String, JsonNode> members = new TreeMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }
}
