package io.vmferry.lab.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The schema of each command and event in {@code query-qmp-schema}, with its numbered types
 * resolved, so that two schemas can be compared.
 */
final class SchemaText {

    private final Map<String, JsonNode> entries = new HashMap<>();

    private SchemaText(JsonNode schema) {
        schema.forEach(entry -> entries.put(key(entry), entry));
    }

    /** Commands and types have names of their own. */
    private static String key(JsonNode entry) {
        String kind = entry.path("meta-type").asText();
        boolean called = kind.equals("command") || kind.equals("event");
        return (called ? kind + " " : "") + entry.path("name").asText();
    }

    /** One text for each command and event. */
    static Map<String, String> of(JsonNode schema) {
        SchemaText text = new SchemaText(schema);
        Map<String, String> texts = new TreeMap<>();
        text.entries.forEach((key, entry) -> {
            if (entry.has("arg-type")) {
                texts.put(
                        key,
                        text.type(entry.path("arg-type").asText(), Set.of())
                                + " -> "
                                + text.type(entry.path("ret-type").asText("none"), Set.of())
                                + (entry.path("allow-oob").asBoolean() ? " oob" : "")
                                + features(entry));
            }
        });
        return texts;
    }

    private String type(String name, Set<String> within) {
        JsonNode entry = entries.get(name);
        if (entry == null || within.contains(name)) {
            return name;
        }
        Set<String> inside = new TreeSet<>(within);
        inside.add(name);
        return switch (entry.path("meta-type").asText()) {
            case "array" -> "[" + type(entry.path("element-type").asText(), inside) + "]";
            case "enum" -> "enum" + parts(entry.path("members"), "name", inside);
            case "alternate" -> "one of" + parts(entry.path("members"), "type", inside);
            case "object" ->
                    parts(entry.path("members"), "name", inside)
                            + (entry.has("tag")
                                    ? entry.path("tag").asText()
                                            + parts(entry.path("variants"), "case", inside)
                                    : "");
            default -> name;
        };
    }

    private String parts(JsonNode members, String label, Set<String> within) {
        List<String> texts = new ArrayList<>();
        for (JsonNode member : members) {
            texts.add(
                    (label.equals("type") ? "" : member.path(label).asText())
                            + (member.has("default") ? "?" : "")
                            + features(member)
                            + (member.has("type")
                                    ? ": " + type(member.path("type").asText(), within)
                                    : ""));
        }
        Collections.sort(texts);
        return texts.toString();
    }

    private static String features(JsonNode node) {
        return node.has("features") ? "!" + node.path("features") : "";
    }
}
