package io.vmferry.machine.objects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vmferry.machine.tls.CredentialsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An object as QEMU's {@code -object} and {@code object_add} carry it: {@code
 * TYPE,id=ID,KEY=VALUE…}, where {@code rules.0.match} is a part of the first element of a list and
 * two commas are one, or the same as JSON.
 */
public final class ObjectText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "qom-type";
    private static final Set<String> FLAGS =
            Set.of("verify-peer", "sanity-check", "refresh", "loaded");
    private static final int MOST_ELEMENTS = 1024;

    private ObjectText() {}

    /** Reads a text into the arguments of {@code object-add}, which are still to be checked. */
    public static ObjectNode parse(String text) throws CredentialsException {
        return text.startsWith("{") ? json(text) : keys(text);
    }

    private static ObjectNode json(String text) throws CredentialsException {
        try {
            if (JSON.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new CredentialsException("Invalid JSON: " + e.getOriginalMessage());
        }
        throw new CredentialsException("Invalid JSON: expected an object");
    }

    private static ObjectNode keys(String text) throws CredentialsException {
        Map<String, Object> tree = new TreeMap<>();
        List<String> words = words(text);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            if (equals < 0 && i > 0) {
                throw new CredentialsException("Expected '=' after parameter '%s'".formatted(word));
            }
            String key = equals < 0 ? TYPE : word.substring(0, equals);
            put(tree, key, key, word.substring(equals + 1));
        }
        if (node(tree, "") instanceof ObjectNode object) {
            return object;
        }
        throw new CredentialsException("Parameter 'qom-type' is missing");
    }

    /** Cuts at single commas. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ',') {
                word.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                word.append(c);
                i++;
            } else {
                words.add(word.toString());
                word.setLength(0);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, String key, String whole, String value)
            throws CredentialsException {
        int dot = key.indexOf('.');
        String first = dot < 0 ? key : key.substring(0, dot);
        if (first.isEmpty()) {
            throw new CredentialsException("Invalid parameter '%s'".formatted(whole));
        }
        if (dot < 0) {
            tree.put(first, value);
            return;
        }
        Object inner = tree.computeIfAbsent(first, name -> new TreeMap<String, Object>());
        if (!(inner instanceof Map)) {
            throw new CredentialsException(
                    "Parameters '%s.*' used inconsistently".formatted(first));
        }
        put((Map<String, Object>) inner, key.substring(dot + 1), whole, value);
    }

    private static JsonNode node(Object value, String name) throws CredentialsException {
        if (value instanceof Map<?, ?> members) {
            return isList(members) ? list(members, name) : object(members);
        }
        return FLAGS.contains(name) ? flag(name, (String) value) : text((String) value);
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.textNode(value);
    }

    private static JsonNode flag(String name, String value) throws CredentialsException {
        return switch (value) {
            case "on", "yes", "true", "y" -> JsonNodeFactory.instance.booleanNode(true);
            case "off", "no", "false", "n" -> JsonNodeFactory.instance.booleanNode(false);
            default ->
                    throw new CredentialsException(
                            "Parameter '%s' expects 'on' or 'off'".formatted(name));
        };
    }

    private static boolean isList(Map<?, ?> members) {
        return members.keySet().stream().allMatch(key -> key.toString().matches("[0-9]{1,4}"));
    }

    private static ArrayNode list(Map<?, ?> members, String name) throws CredentialsException {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        if (members.size() > MOST_ELEMENTS) {
            throw new CredentialsException("Too many elements of '%s'".formatted(name));
        }
        for (int i = 0; i < members.size(); i++) {
            Object element = members.get(Integer.toString(i));
            if (element == null) {
                throw new CredentialsException("Parameter '%s.%d' missing".formatted(name, i));
            }
            list.add(node(element, name));
        }
        return list;
    }

    private static ObjectNode object(Map<?, ?> members) throws CredentialsException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<?, ?> member : members.entrySet()) {
            object.set(
                    member.getKey().toString(),
                    node(member.getValue(), member.getKey().toString()));
        }
        return object;
    }
}
