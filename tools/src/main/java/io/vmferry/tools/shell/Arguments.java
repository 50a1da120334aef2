package io.vmferry.tools.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vmferry.tools.shell.Typed.TypingException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the arguments of a command as they are typed: {@code key=value} words, a dotted key for a
 * nested member and a number in it for an element of a list ({@code capabilities.0.state=true}); or
 * one JSON object. A value is JSON where it can be read as such, and text where it cannot.
 */
final class Arguments {

    static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,5}");

    /** First characters of a value that must be JSON, so that a mistake in it is reported. */
    private static final String STRUCTURED = "{[\"'";

    private Arguments() {}

    /** The arguments that some words make. */
    static ObjectNode of(List<String> words) throws TypingException {
        if (words.size() == 1 && words.getFirst().startsWith("{")) {
            return object(words.getFirst());
        }
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new TypingException(
                        "Expected key=value or one JSON object, got '%s'".formatted(word));
            }
            put(arguments, word.substring(0, equals), value(word.substring(equals + 1)));
        }
        return arguments;
    }

    /** Reads a text that must be a JSON object. */
    static ObjectNode object(String text) throws TypingException {
        if (json(text) instanceof ObjectNode object) {
            return object;
        }
        throw new TypingException("Expected a JSON object, got " + text.strip());
    }

    private static JsonNode value(String text) throws TypingException {
        if (!text.isEmpty() && STRUCTURED.indexOf(text.charAt(0)) >= 0) {
            return json(text);
        }
        try {
            JsonNode value = JSON.readTree(text);
            return value == null || value.isMissingNode() ? TextNode.valueOf(text) : value;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    private static JsonNode json(String text) throws TypingException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new TypingException(
                    "No JSON: %s, in %s"
                            .formatted(e.getOriginalMessage().lines().findFirst().orElse(""), text),
                    e);
        }
    }

    private static void put(ObjectNode arguments, String key, JsonNode value)
            throws TypingException {
        String[] steps = key.split("\\.", -1);
        JsonNode at = arguments;
        for (int i = 0; i + 1 < steps.length; i++) {
            JsonNode next = child(at, steps[i]);
            if (next == null) {
                next =
                        INDEX.matcher(steps[i + 1]).matches()
                                ? JsonNodeFactory.instance.arrayNode()
                                : JsonNodeFactory.instance.objectNode();
                set(at, steps[i], next, key);
            }
            at = next;
        }
        String last = steps[steps.length - 1];
        if (child(at, last) != null) {
            throw new TypingException("'%s' is given twice".formatted(key));
        }
        set(at, last, value, key);
    }

    private static @Nullable JsonNode child(JsonNode container, String step) {
        if (container instanceof ArrayNode array) {
            return INDEX.matcher(step).matches() ? array.get(Integer.parseInt(step)) : null;
        }
        return container.get(step);
    }

    private static void set(JsonNode container, String step, JsonNode value, String key)
            throws TypingException {
        if (step.isEmpty()) {
            throw new TypingException("'%s' has an empty name in it".formatted(key));
        }
        switch (container) {
            case ObjectNode object -> object.set(step, value);
            case ArrayNode array -> {
                if (!step.equals(Integer.toString(array.size()))) {
                    throw new TypingException(
                            "'%s' should have %d instead of '%s': elements are given in order"
                                    .formatted(key, array.size(), step));
                }
                array.add(value);
            }
            default ->
                    throw new TypingException(
                            "'%s' goes into something that is neither object nor list"
                                    .formatted(key));
        }
    }
}
