package io.vmferry.tools.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vmferry.protocol.Closest;
import io.vmferry.tools.qmp.QmpCall;
import io.vmferry.tools.qmp.QmpReply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands of a server, from {@code query-commands} and {@code query-qmp-schema}. */
record ServerSchema(List<String> commands, Map<String, JsonNode> schema) {

    private static final String SCHEMA = "query-qmp-schema";
    private static final String UNKNOWN_COMMAND = "CommandNotFound";
    private static final Pattern UNKNOWN_ARGUMENT =
            Pattern.compile("Parameter '(.*)' is unexpected");

    /** A member of an object in the schema. */
    record SchemaMember(String name, String type, boolean optional) {}

    /** Asks the server. */
    static ServerSchema of(Talk talk) throws IOException, InterruptedException {
        JsonNode commands = value(talk.ask("query-commands"));
        boolean hasSchema = commands.findValuesAsText("name").contains(SCHEMA);
        return of(commands, hasSchema ? value(talk.ask(SCHEMA)) : MissingNode.getInstance());
    }

    private static JsonNode value(QmpReply reply) {
        return reply.refused() ? MissingNode.getInstance() : reply.value();
    }

    /**
     * From what the two queries return.
     *
     * @param schema a missing node when the server has none
     */
    static ServerSchema of(JsonNode commands, JsonNode schema) {
        Map<String, JsonNode> types = new HashMap<>();
        for (JsonNode type : schema) {
            types.put(type.path("name").asText(), type);
        }
        List<String> names = List.copyOf(new TreeSet<>(commands.findValuesAsText("name")));
        return new ServerSchema(names, types);
    }

    /** Whether a refusal is one of a command or an argument that the server does not know. */
    static boolean mayBeMistyped(QmpReply refusal) {
        return refusal.errorClass().equals(UNKNOWN_COMMAND)
                || UNKNOWN_ARGUMENT.matcher(refusal.description()).matches();
    }

    /** The question that follows such a refusal; empty when the server has nothing like it. */
    String meant(QmpCall call, QmpReply refusal) {
        Matcher argument = UNKNOWN_ARGUMENT.matcher(refusal.description());
        if (argument.matches()) {
            List<String> names =
                    argumentsOf(call.command()).map(this::members).orElse(List.of()).stream()
                            .map(SchemaMember::name)
                            .toList();
            return Closest.question(argument.group(1), names);
        }
        if (!refusal.errorClass().equals(UNKNOWN_COMMAND)) {
            return "";
        }
        return HelpText.LocalWord.words().contains(call.command())
                ? "; %s is for the prompt, which opens without a COMMAND".formatted(call.command())
                : Closest.question(call.command(), commands);
    }

    /** The type of a command's arguments, an object; empty when that is not known. */
    Optional<String> argumentsOf(String command) {
        JsonNode entry = schema.get(command);
        return entry != null && meta(entry).equals("command")
                ? Optional.of(entry.path("arg-type").asText())
                : Optional.empty();
    }

    /** The members of an object, without those that depend on another; none of any other type. */
    List<SchemaMember> members(String type) {
        JsonNode entry = entry(type);
        if (!meta(entry).equals("object")) {
            // those of an enumeration or an alternate are something else
            return List.of();
        }
        List<SchemaMember> members = new ArrayList<>();
        for (JsonNode member : entry.path("members")) {
            members.add(
                    new SchemaMember(
                            member.path("name").asText(),
                            member.path("type").asText(),
                            member.has("default")));
        }
        return members;
    }

    /** The type of a list's elements; empty for what is no list. */
    Optional<String> elementOf(String type) {
        JsonNode entry = entry(type);
        return meta(entry).equals("array")
                ? Optional.of(entry.path("element-type").asText())
                : Optional.empty();
    }

    /** Whether members of a value of this type can be given one by one. */
    boolean nested(String type) {
        return !members(type).isEmpty() || elementOf(type).isPresent();
    }

    /** All values of an enumeration or a boolean; none of any other type. */
    List<String> values(String type) {
        JsonNode entry = entry(type);
        if (entry.path("json-type").asText().equals("boolean")) {
            return List.of("true", "false");
        }
        List<String> values = new ArrayList<>();
        entry.path("values").forEach(value -> values.add(value.asText()));
        return values;
    }

    /** What a type is, in a few words. */
    String describe(String type) {
        JsonNode entry = entry(type);
        return switch (meta(entry)) {
            case "builtin" -> entry.path("json-type").asText();
            case "enum" -> String.join("|", values(type));
            case "array" -> "list of " + describe(entry.path("element-type").asText());
            default -> meta(entry);
        };
    }

    private JsonNode entry(String type) {
        JsonNode entry = schema.get(type);
        return entry == null ? MissingNode.getInstance() : entry;
    }

    private static String meta(JsonNode entry) {
        return entry.path("meta-type").asText();
    }
}
